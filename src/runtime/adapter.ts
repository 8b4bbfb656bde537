/** Which adapter to use: by kind, or by a part of its name (vendor, architecture, device or description). */
export type AdapterChoice = 'auto' | 'hardware' | 'software' | (string & {});

/** A WebGPU adapter as found by `adapter.node.ts` or `adapter.browser.ts`: the same type in both worlds. */
export interface FoundAdapter {
  readonly adapter: GPUAdapter;
  readonly name: string;
  /** True for adapters that run shaders on the CPU. */
  readonly software: boolean;
  /** Hook around waits for the GPU (Dawn's polling throttle in Node). */
  readonly wait: <T>(promise: Promise<T>) => Promise<T>;
  /** Frees the native memory of dropped objects, where that must not wait for the JavaScript engine. */
  readonly collectGarbage?: () => void;
}

export interface AdapterInfo {
  readonly name: string;
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly software: boolean;
  /** Lanes of a subgroup when fixed, else 0. */
  readonly subgroupSize: number;
  /** Rows x columns x depth that the units of a subgroup multiply as one, of halves with sums in f32: `16x16x16`. */
  readonly matrixUnits: readonly string[];
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** A readable name, e.g. `llvmpipe (LLVM 15.0.6, 256 bits)`. */
export function adapterName(adapter: GPUAdapter): string {
  const { description, device, vendor, architecture } = adapter.info;
  return description || device || `${vendor} ${architecture}`.trim() || 'unknown adapter';
}

export function isSoftware(adapter: GPUAdapter): boolean {
  const { vendor, architecture, device, description } = adapter.info;
  return adapter.info.isFallbackAdapter || SOFTWARE.test(`${vendor} ${architecture} ${device} ${description}`);
}

/** True if an adapter is what was asked for. */
export function matchesChoice(adapter: GPUAdapter, choice: AdapterChoice): boolean {
  if (choice === 'auto') return true;
  if (choice === 'software') return isSoftware(adapter);
  if (choice === 'hardware') return !isSoftware(adapter);
  const { vendor, architecture, device, description } = adapter.info;
  return `${vendor} ${architecture} ${device} ${description}`.toLowerCase().includes(choice.toLowerCase());
}

/** What units for matrices an adapter tells of; the types of WebGPU do not know them yet. */
interface MatrixConfig {
  readonly componentType: string;
  readonly resultComponentType: string;
  readonly M: number;
  readonly N: number;
  readonly K: number;
}

/** Sizes of matrices of halves that an adapter multiplies as one, with sums in f32. */
export function matrixUnits({ info }: GPUAdapter): string[] {
  const { subgroupMatrixConfigs = [] } = info as { readonly subgroupMatrixConfigs?: readonly MatrixConfig[] };
  return subgroupMatrixConfigs
    .filter(({ componentType, resultComponentType }) => componentType === 'f16' && resultComponentType === 'f32')
    .map(({ M, N, K }) => `${M}x${N}x${K}`);
}
