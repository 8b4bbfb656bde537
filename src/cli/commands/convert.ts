import { extname } from 'node:path';
import type { Command } from 'commander';
import { saveSafetensors } from '../../io/safetensors.node.js';
import { withTorchFile } from '../../io/torch-file.node.js';
import { FileError } from '../../runtime/errors.js';
import { printable } from '../../runtime/quote.js';
import { sizeOf } from '../../tensor/shape.js';
import { GROUPS } from '../help.js';
import { printJson, say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';

interface ConvertOptions {
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `sppgpu convert`: the tensors of a PyTorch file as safetensors, which `--weights` takes. Needs no device. */
export function addConvert(program: Command): void {
  const command = program
    .command('convert')
    .description('the tensors of a PyTorch file (.pt, .pth) as safetensors; nothing in it is run')
    .argument('<file>', 'what `torch.save` wrote: a state dict, or a checkpoint that has one')
    .optionsGroup(GROUPS.common)
    .option('--out <file>', 'safetensors to write (default: beside the file, by its name)');
  withOverwrite(command)
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action(convert);
}

async function convert(path: string, { json, ...options }: ConvertOptions): Promise<void> {
  if (extname(path) === '.safetensors') {
    throw new FileError(path, 'is a safetensors file already', 'it needs no conversion');
  }
  await withTorchFile(path, async (tensors, left) => {
    const beside = `${path.slice(0, path.length - extname(path).length)}.safetensors`;
    const out = await outputFile(options.out ?? beside, [path], options);
    await saveSafetensors(out, tensors, { format: 'pt' });
    const elements = [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    if (json) printJson({ file: out, tensors: tensors.size, elements });
    if (left.length > 0) say(`left out, beside the weights: ${printable(left.join(', '), 200)}`);
    say(`${tensors.size} tensors, ${elements.toLocaleString('en')} elements: ${out}`);
  });
}
