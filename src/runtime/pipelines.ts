import { SHADER_STAGE_COMPUTE } from './constants.js';
import type { DriverErrors } from './driver-errors.js';
import { DeviceError } from './errors.js';
import type { Kernel } from './kernel.js';

/** Values of override constants by name; flags may be given as booleans. */
export type Overrides = Readonly<Record<string, number | boolean | undefined>>;

/** A compiled kernel with one set of override values. */
export interface Pipeline {
  readonly id: number;
  readonly kernel: Kernel;
  readonly gpu: GPUComputePipeline;
  readonly bindLayout: GPUBindGroupLayout;
}

/** Compiles kernels once per set of overrides; `warmUp` compiles ahead of use and in parallel. */
export class PipelineCache {
  private readonly ready = new Map<Kernel, Map<string, Pipeline>>();
  private readonly modules = new Map<Kernel, GPUShaderModule>();
  private nextId = 1;

  constructor(
    private readonly gpu: GPUDevice,
    private readonly errors: Pick<DriverErrors, 'watch'>,
  ) {}

  /** The pipeline, compiled now if it has to be. A shader that the driver refuses is reported at the next readback. */
  get(kernel: Kernel, overrides: Overrides): Pipeline {
    const ready = this.readyOf(kernel);
    const key = cacheKey(kernel, overrides);
    let pipeline = ready.get(key);
    if (!pipeline) {
      pipeline = this.errors.watch(
        'validation',
        () => {
          const { descriptor, bindLayout } = this.describe(kernel, overrides);
          return { id: this.nextId++, kernel, gpu: this.gpu.createComputePipeline(descriptor), bindLayout };
        },
        ({ message }) =>
          new DeviceError(`kernel ${kernel.name} does not compile on this device: ${firstLine(message)}`),
      );
      ready.set(key, pipeline);
    }
    return pipeline;
  }

  /** Compiles without blocking. @throws DeviceError naming the kernel that this device refuses. */
  async warmUp(kernel: Kernel, overrides: Overrides): Promise<void> {
    const ready = this.readyOf(kernel);
    const key = cacheKey(kernel, overrides);
    if (ready.has(key)) return;
    const { descriptor, bindLayout } = this.describe(kernel, overrides);
    try {
      const gpu = await this.gpu.createComputePipelineAsync(descriptor);
      if (!ready.has(key)) ready.set(key, { id: this.nextId++, kernel, gpu, bindLayout });
    } catch (error) {
      throw new DeviceError(`kernel ${kernel.name} does not compile on this device: ${firstLine(String(error))}`);
    }
  }

  get size(): number {
    return [...this.ready.values()].reduce((total, { size }) => total + size, 0);
  }

  private readyOf(kernel: Kernel): Map<string, Pipeline> {
    const pipelines = this.ready.get(kernel) ?? new Map<string, Pipeline>();
    this.ready.set(kernel, pipelines);
    return pipelines;
  }

  private describe(kernel: Kernel, overrides: Overrides) {
    const { storage, params, entry } = kernel.layout;
    const entries: GPUBindGroupLayoutEntry[] = storage.map(({ binding, access }) => ({
      binding,
      visibility: SHADER_STAGE_COMPUTE,
      buffer: { type: access === 'read' ? 'read-only-storage' : 'storage' },
    }));
    if (params) {
      entries.push({
        binding: params.binding,
        visibility: SHADER_STAGE_COMPUTE,
        buffer: { type: 'uniform', hasDynamicOffset: true, minBindingSize: params.size },
      });
    }
    const bindLayout = this.gpu.createBindGroupLayout({ label: kernel.name, entries });
    const layout = this.gpu.createPipelineLayout({ label: kernel.name, bindGroupLayouts: [bindLayout] });
    let module = this.modules.get(kernel);
    if (!module) {
      module = this.gpu.createShaderModule({ label: kernel.name, code: kernel.code });
      this.modules.set(kernel, module);
    }
    return {
      descriptor: {
        label: kernel.name,
        layout,
        compute: { module, entryPoint: entry.name, constants: constantsOf(overrides) },
      },
      bindLayout,
    };
  }
}

/** The given values, in the order of the declarations. It is made at every dispatch, so it leaves no lists behind. */
function cacheKey({ name: kernel, layout: { overrides: declared } }: Kernel, overrides: Overrides): string {
  for (const name in overrides) {
    if (name in declared) continue;
    throw new Error(
      `kernel ${kernel} has no override ${name}; it declares ${Object.keys(declared).join(', ') || 'none'}`,
    );
  }
  let key = '';
  for (const name in declared) {
    const value = overrides[name];
    if (value !== undefined) key += `|${name}=${Number(value)}`;
  }
  return key;
}

function constantsOf(overrides: Overrides): Record<string, number> {
  const given = Object.entries(overrides).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, Number(value)]));
}

function firstLine(message: string): string {
  return (
    message
      .split('\n')
      .find((line) => /error/i.test(line))
      ?.trim() ??
    message.split('\n')[0] ??
    message
  );
}
