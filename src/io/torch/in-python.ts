import { quoted } from '../../runtime/quote.js';

/**
 * Two lines of Python that make a safetensors file of a file that PyTorch itself can read; to be run beside it.
 * @param part where its weights are: behind `torch.load(...)`
 */
export function inPython(path: string, part = ''): string {
  const name = path.split(/[\\/]/u).at(-1)!;
  const out = `${name.replace(/\.[^.]*$/u, '')}.safetensors`;
  const loaded = `torch.load(${quoted(name)}, "cpu", weights_only=False)${part}`;
  return (
    'in Python, if you trust it: import torch; from safetensors.torch import save_file; ' +
    `save_file({k: v.clone().contiguous() for k, v in ${loaded}.items()}, ${quoted(out)})`
  );
}
