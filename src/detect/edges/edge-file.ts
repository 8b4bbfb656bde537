import { type HostTensor, PREFIX, withPrefix } from '../../models/model-format.js';
import type { Device } from '../../runtime/device.js';
import { FileError } from '../../runtime/errors.js';
import { Generator } from '../../tensor/generator.js';
import { sameShape, showShape } from '../../tensor/shape.js';
import { EdgeNet, type EdgeNetWidths } from './edge-net.js';

/** The `format` of an edge net's file: safetensors with a description, weights under `model.`. */
export const EDGE_FORMAT = 'sppgpu-edges-1';

const WAY_OUT = 'give a file that `sppgpu edges train` wrote';
/** Stages of a net: more would halve a picture away. */
const MOST_STAGES = 6;
const MOST_CHANNELS = 1024;

/** What a file says of itself: plain JSON. */
export type EdgeDescription = Readonly<Record<string, unknown>> & { readonly widths: EdgeNetWidths };

/** The description in a file's metadata. @throws FileError where it is missing, damaged, or of another kind of file */
export function edgeDescription(metadata: Readonly<Record<string, string>>, file: string): EdgeDescription {
  if (metadata.format !== EDGE_FORMAT || metadata.sppgpu === undefined) {
    throw new FileError(file, `is not an edge net of this program (format ${metadata.format ?? 'missing'})`, WAY_OUT);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(metadata.sppgpu);
  } catch {
    throw new FileError(file, 'its description is damaged: it is not JSON', WAY_OUT);
  }
  if (!isRecord(parsed) || !areWidths(parsed.widths)) {
    throw new FileError(file, 'its description is damaged: widths are not what was written', WAY_OUT);
  }
  return parsed as EdgeDescription;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const areChannels = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((width) => Number.isInteger(width) && width >= 1 && width <= MOST_CHANNELS);

function areWidths(value: unknown): value is EdgeNetWidths {
  if (!isRecord(value) || !areChannels(value.down) || !areChannels(value.up)) return false;
  return value.down.length >= 2 && value.down.length <= MOST_STAGES && value.up.length === value.down.length - 1;
}

/**
 * The net of a file. The caller disposes it.
 * @param tensors those of the file; what is not a weight is passed over
 * @throws FileError where they are not those of the net that the file describes
 */
export function edgeNetOf(
  device: Device,
  { widths }: EdgeDescription,
  tensors: ReadonlyMap<string, HostTensor>,
  file: string,
): EdgeNet {
  const weights = withPrefix(tensors, PREFIX.model);
  const net = new EdgeNet({ device, generator: new Generator(0) }, widths);
  try {
    for (const [name, { shape }] of net.stateDict()) {
      const found = weights.get(name);
      if (found && sameShape(found.shape, shape)) continue;
      const problem = found ? `${name} has shape ${showShape(found.shape)}, not ${showShape(shape)}` : `lacks ${name}`;
      throw new FileError(file, problem, WAY_OUT);
    }
    net.loadStateDict(weights);
    return net;
  } catch (error) {
    net.dispose();
    throw error;
  }
}
