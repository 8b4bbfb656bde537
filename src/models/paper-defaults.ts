import type { ArchitectureInput, ModelSettings } from './architecture.js';

/** What the four nets of the paper's Table 1 share; each overrides padding and normalisation where it must. */
export const PAPER_DEFAULTS: ModelSettings = {
  classes: 1000,
  width: 1,
  pyramid: [1, 2, 3, 6],
  hidden: 4096,
  inputSize: 224,
  inputChannels: 3,
  padding: 'A',
  normalisation: 'acrossChannels',
  init: 'paper',
  dropout: 0.5,
};

/** About the deviation of a photograph's bytes. */
const BYTE_DEVIATION = 64;

/**
 * The paper's input: shorter side 256, BGR bytes minus 128 (its constant mean outside ImageNet), no scaling; He's initial
 * weights expect values of unit variance.
 */
export function paperInput(options: ModelSettings): ArchitectureInput {
  return {
    channels: options.inputChannels,
    size: options.inputSize,
    resize: Math.round((options.inputSize * 256) / 224),
    channelOrder: 'bgr',
    mean: Array.from({ length: options.inputChannels }, () => 128),
    scale: options.init === 'he' ? 1 / BYTE_DEVIATION : 1,
  };
}
