import { type AdapterChoice, adapterName, type FoundAdapter, isSoftware, matchesChoice } from './adapter.js';
import { withThrottledPolling } from './dawn-polling.node.js';
import { DeviceError } from './errors.js';
import { collectGarbage } from './garbage.node.js';
import { useSoftwareVulkan } from './software-vulkan.node.js';
import { ensureVulkanLoader, mayHaveVulkanDriver } from './vulkan-loader.node.js';

/** What `create()` returns must stay referenced for the life of the process: Dawn crashes when it is collected. */
const keptInstances: GPU[] = [];

/**
 * Node's adapter, through Dawn: the system's own first; on linux-x64 without one, SwiftShader from npm,
 * with one line on stderr. Main thread only.
 * @throws DeviceError when nothing fits, with what to install.
 */
export async function findAdapter(choice: AdapterChoice = 'auto'): Promise<FoundAdapter> {
  const adapter = (await systemAdapter(choice)) ?? (await softwareAdapter(choice));
  const software = isSoftware(adapter);
  const found = { adapter, name: adapterName(adapter), software, wait: withThrottledPolling };
  return software ? { ...found, collectGarbage } : found;
}

async function systemAdapter(choice: AdapterChoice): Promise<GPUAdapter | null> {
  if (!mayHaveVulkanDriver()) return null;
  await ensureVulkanLoader();
  const gpu = await instance();
  const tries: GPURequestAdapterOptions[] = [{ powerPreference: 'high-performance' }, { forceFallbackAdapter: true }];
  for (const options of choice === 'software' ? tries.reverse() : tries) {
    const adapter = await gpu.requestAdapter(options);
    if (adapter && matchesChoice(adapter, choice)) return adapter;
  }
  return null;
}

async function softwareAdapter(choice: AdapterChoice): Promise<GPUAdapter> {
  const wayOut =
    'install a Vulkan driver (Debian/Ubuntu: apt-get install mesa-vulkan-drivers libvulkan1), or run `sppgpu doctor`';
  if (choice === 'hardware') throw new DeviceError(`no hardware adapter found; ${wayOut}`);
  const problem = await useSoftwareVulkan();
  const adapter = problem === null ? await systemAdapter('auto') : null;
  if (!adapter) throw new DeviceError(`no WebGPU adapter found${problem ? ` (${problem})` : ''}; ${wayOut}`);
  if (!matchesChoice(adapter, choice)) {
    throw new DeviceError(`no adapter matches "${choice}"; this machine offers ${adapterName(adapter)}`);
  }
  process.stderr.write(
    `sppgpu: no GPU driver found, running on the CPU with ${adapterName(adapter)} (slow; see \`sppgpu doctor\`)\n`,
  );
  return adapter;
}

async function instance(): Promise<GPU> {
  const { create } = await import('webgpu');
  const gpu = create([]);
  keptInstances.push(gpu);
  return gpu;
}
