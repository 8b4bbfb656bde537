import { extname } from 'node:path';
import type { Command } from 'commander';
import { loadSafetensors, saveSafetensors } from '../../io/safetensors.node.js';
import { withTorchFile } from '../../io/torch-file.node.js';
import type { Architecture } from '../../models/architecture.js';
import { matchFile } from '../../models/load-weights.js';
import { weightPrefix } from '../../models/model-format.js';
import { buildArchitecture } from '../../models/registry.js';
import { FileError } from '../../runtime/errors.js';
import { printable } from '../../runtime/quote.js';
import { sizeOf } from '../../tensor/shape.js';
import { asUsage } from '../errors.js';
import { GROUPS } from '../help.js';
import { printJson, say } from '../output.js';
import { outputFile, withOverwrite } from '../output-file.js';

interface ConvertOptions {
  readonly backbone?: string;
  readonly out?: string;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** `sppgpu convert`: the tensors of a PyTorch file, or weights of a net in another spelling, as safetensors. Needs no device. */
export function addConvert(program: Command): void {
  const command = program
    .command('convert')
    .description('the tensors of a PyTorch file (.pt, .pth) as safetensors; nothing in it is run')
    .argument(
      '<file>',
      'what `torch.save` wrote: a state dict, or a checkpoint that has one; or safetensors, with --backbone',
    )
    .optionsGroup(GROUPS.common)
    .option('--backbone <name>', 'net whose names the tensors get, from any spelling that it reads (sppgpu models)')
    .option('--out <file>', 'safetensors to write (default: beside the file, by its name)');
  withOverwrite(command)
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action(convert);
}

async function convert(path: string, { json, ...options }: ConvertOptions): Promise<void> {
  const { backbone } = options;
  const architecture = backbone === undefined ? undefined : asUsage(() => buildArchitecture(backbone));
  const isSafetensors = extname(path) === '.safetensors';
  if (isSafetensors && !architecture) {
    const wayOut = 'it needs no conversion; --backbone NAME gives its tensors the names that net has here';
    throw new FileError(path, 'is a safetensors file already', wayOut);
  }
  const open: typeof withTorchFile = isSafetensors
    ? async (file, use) => use((await loadSafetensors(file)).tensors, [])
    : withTorchFile;
  await open(path, async (found, others) => {
    const beside = `${path.slice(0, path.length - extname(path).length)}.safetensors`;
    const out = await outputFile(options.out ?? beside, [path], options);
    const { tensors, unused } = architecture ? renamed(found, architecture, path) : { tensors: found, unused: [] };
    const left = [...others, ...unused];
    await saveSafetensors(out, tensors, { format: 'pt' });
    const elements = [...tensors.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    if (json) printJson({ file: out, tensors: tensors.size, elements });
    if (left.length > 0) say(`left out, beside the weights: ${printable(left.join(', '), 200)}`);
    say(`${tensors.size} tensors, ${elements.toLocaleString('en')} elements: ${out}`);
  });
}

type Tensors = Parameters<Parameters<typeof withTorchFile>[1]>[0];

/** Tensors under the names that a net has here, and those that it has no place for. @throws FileError for weights of another net */
function renamed(tensors: Tensors, architecture: Architecture, path: string) {
  const { matched, mismatched, unused } = matchFile(architecture, { path, header: { entries: tensors } });
  const [other] = mismatched;
  if (other) {
    const shapes = `[${other.found}], that of ${architecture.name} [${other.expected}]`;
    throw new FileError(path, `${other.target} has shape ${shapes}`, 'name the net that the weights are of');
  }
  const prefix = weightPrefix(tensors);
  return { tensors: new Map(matched.map(({ target, source }) => [target, tensors.get(prefix + source)!])), unused };
}
