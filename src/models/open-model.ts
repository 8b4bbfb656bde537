import type { Device } from '../runtime/device.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import type { ModelSource, OpenModel, OpenModelOptions } from './load-model.js';

export const OPEN_MODEL_NAMES: OptionNames<OpenModelOptions> = {
  architecture: true,
  options: true,
  classes: true,
  layers: true,
  onMatch: true,
};

/**
 * Opens a network from a checkpoint, an export of one, or weights of another program, whose net must be named.
 * @param source bytes, a File or Blob, a Response, or a URL to fetch
 * @throws FileError if the source cannot be read, is damaged, lacks a weight or is of another net; SppgpuError for an
 *   unknown architecture
 */
export async function openModel(
  source: ModelSource,
  device: Device,
  options: OpenModelOptions = {},
): Promise<OpenModel> {
  checkOptions('openModel', options, OPEN_MODEL_NAMES);
  const { modelOf, weightsFileOf } = await import('./load-model.js');
  return modelOf(await weightsFileOf(source), device, options);
}
