import { type Command, InvalidArgumentError } from 'commander';
import { loadEdgeNet } from '../../detect/edges/edge-file.node.js';
import type { EdgeSource } from '../../detect/edges/edge-map.js';
import { NET_EDGES_DEFAULTS } from '../../detect/edges/edges-seen.js';
import { gradientEdges } from '../../detect/edges/gradient-edges.js';
import { netEdges } from '../../detect/edges/net-edges.js';
import { modelFile } from '../model-file.js';
import { type CommonOptions, withDevice } from '../options.js';

/** The name in the place of a file that stands for gradients, which need no training. */
export const GRADIENTS = 'gradients';

export interface EdgeSourceOptions extends CommonOptions {
  readonly model: string;
  readonly sizes: readonly number[];
}

/** `--model` and `--sizes`, among the common options. */
export function withEdgeSource(command: Command): Command {
  return command
    .requiredOption('--model <path>', 'file or folder of `sppgpu edges train`, or gradients')
    .option('--sizes <list>', 'sizes at which a net looks, as factors', factors, [...NET_EDGES_DEFAULTS.sizes]);
}

function factors(text: string): number[] {
  const sizes = text.split(',').map(Number);
  if (sizes.every((size) => size > 0 && size <= 8)) return sizes;
  throw new InvalidArgumentError('give factors above 0 and up to 8, such as 0.5,1.');
}

/**
 * Runs work with the source of edges that was asked for, and what it computes on; gradients need no device.
 * @throws FileError
 */
export async function withEdges<T>(
  options: EdgeSourceOptions,
  work: (source: EdgeSource, adapter: string) => Promise<T>,
): Promise<T> {
  if (options.model === GRADIENTS) return work(gradientEdges, 'CPU');
  const file = await modelFile(options.model);
  return withDevice(options, async (device) => {
    const net = await loadEdgeNet(device, file);
    try {
      return await work((picture) => netEdges(device, net, picture, { sizes: options.sizes }), device.info.name);
    } finally {
      net.dispose();
    }
  });
}
