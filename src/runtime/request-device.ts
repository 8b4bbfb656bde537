import type { FoundAdapter } from './adapter.js';
import { SppgpuError } from './errors.js';
import type { OptionNames } from './options.js';
import type { Tuning } from './tuning.js';

export interface DeviceOptions {
  /** Dispatches per submit; a submit also happens at every readback. Default 64. */
  readonly batchSize?: number;
  /** Bytes of freed buffers kept for reuse. Default 1 GiB. */
  readonly poolBytes?: number;
  /** Lowers the binding limit, to exercise the splitting of large tensors. A multiple of 16, at least 512. */
  readonly maxBindingBytes?: number;
  /** Measured choices of kernels, such as a `TuningTable` of `sppgpu tune`; without it the ladders' rules choose. */
  readonly tuning?: Tuning;
}

export const DEVICE_NAMES: OptionNames<DeviceOptions> = {
  batchSize: true,
  poolBytes: true,
  maxBindingBytes: true,
  tuning: true,
};

/** Units that multiply small matrices: an experiment of Dawn and Chromium, which have it only where unsafe interfaces are allowed. */
export const MATRIX_FEATURE = 'chromium-experimental-subgroup-matrix';

const WANTED_FEATURES: readonly string[] = ['timestamp-query', 'shader-f16', 'subgroups', MATRIX_FEATURE];

const LIMITS = [
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
  'minStorageBufferOffsetAlignment',
  'minUniformBufferOffsetAlignment',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/**
 * A device with the adapter's own limits and with every wanted feature it has.
 * @throws SppgpuError for a binding limit that no tensor can be cut to
 */
export async function requestDevice({ adapter }: FoundAdapter, options: DeviceOptions): Promise<GPUDevice> {
  const { maxBindingBytes = 512 } = options;
  if (!(maxBindingBytes >= 512 && maxBindingBytes % 16 === 0)) {
    throw new SppgpuError(
      `createDevice: maxBindingBytes ${maxBindingBytes} is not usable; give a multiple of 16, at least 512`,
    );
  }
  const requiredLimits: Record<string, number> = {};
  for (const name of LIMITS) requiredLimits[name] = adapter.limits[name];
  const requiredFeatures = WANTED_FEATURES.filter((feature) => adapter.features.has(feature)) as GPUFeatureName[];
  return adapter.requestDevice({ label: 'sppgpu', requiredLimits, requiredFeatures });
}
