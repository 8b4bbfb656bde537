import { type AdapterChoice, adapterName, type FoundAdapter, isSoftware, matchesChoice } from './adapter.js';
import { withThrottledPolling } from './dawn-polling.node.js';
import { withoutDawnWarnings } from './dawn-warnings.node.js';
import { DeviceError } from './errors.js';
import { collectGarbage } from './garbage.node.js';
import { useSoftwareVulkan } from './software-vulkan.node.js';
import { ensureVulkanLoader, mayHaveVulkanDriver } from './vulkan-loader.node.js';

/** What tells the Vulkan loader where its drivers are. */
const DRIVER_VARIABLES = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES'] as const;

const TRIES: readonly GPURequestAdapterOptions[] = [
  { powerPreference: 'high-performance' },
  { powerPreference: 'low-power' },
  { forceFallbackAdapter: true },
];

/**
 * Instances of Dawn by the drivers they see. They stay referenced for the life of the process: Dawn crashes when what
 * `create()` returns is collected.
 */
const instances = new Map<string, GPU>();

let turn: Promise<unknown> = Promise.resolve();
/** The line about the missing driver is written once. */
let told = false;

/**
 * Node's adapter, through Dawn: the system's own first. Where that has none, and when SwiftShader is asked for, SwiftShader
 * from npm (linux-x64), with one line on stderr, once, unless it was asked for. Main thread only.
 * @throws DeviceError when nothing fits, with what to install or the names to choose from.
 */
export function findAdapter(choice: AdapterChoice = 'auto'): Promise<FoundAdapter> {
  // One search after the other: each may change the environment while it asks.
  const found = turn.then(() => search(choice));
  turn = found.catch(() => {});
  return found;
}

async function search(choice: AdapterChoice): Promise<FoundAdapter> {
  // First, since without Dawn no driver helps, and what is said about drivers would mislead.
  await dawn();
  const seen = new Set<string>();
  const adapter = (await systemAdapter(choice, seen)) ?? (await softwareAdapter(choice, seen));
  const software = isSoftware(adapter);
  const name = adapterName(adapter);
  return software
    ? { adapter, name, software, wait: withThrottledPolling, collectGarbage }
    : { adapter, name, software, wait: (promise) => promise };
}

/** The first adapter of the system that is what was asked for; the names of the others go to `seen`. */
async function systemAdapter(choice: AdapterChoice, seen: Set<string>): Promise<GPUAdapter | null> {
  if (!mayHaveVulkanDriver()) return null;
  await ensureVulkanLoader();
  const gpu = await instance();
  for (const options of choice === 'software' ? TRIES.toReversed() : TRIES) {
    const adapter = await withoutDawnWarnings(() => gpu.requestAdapter(options));
    if (adapter && matchesChoice(adapter, choice)) return adapter;
    if (adapter) seen.add(adapterName(adapter));
  }
  return null;
}

async function softwareAdapter(choice: AdapterChoice, seen: Set<string>): Promise<GPUAdapter> {
  const wayOut =
    'install a Vulkan driver (Debian/Ubuntu: apt-get install mesa-vulkan-drivers libvulkan1), or run `sppgpu doctor`';
  if (choice === 'hardware') throw new DeviceError(`no hardware adapter found${offer(seen)}; ${wayOut}`);
  if (choice !== 'auto' && choice !== 'software' && !/swiftshader/i.test(choice) && seen.size > 0) {
    throw new DeviceError(`no adapter matches "${choice}"${offer(seen)}; give a part of such a name, or auto`);
  }
  const before = driverVariables();
  let announced = before;
  try {
    const problem = await useSoftwareVulkan();
    announced = driverVariables();
    const adapter = problem === null ? await systemAdapter('auto', seen) : null;
    if (!adapter) throw new DeviceError(`no WebGPU adapter found${problem ? ` (${problem})` : ''}; ${wayOut}`);
    if (!matchesChoice(adapter, choice)) {
      seen.add(adapterName(adapter));
      throw new DeviceError(`no adapter matches "${choice}"${offer(seen)}; give a part of such a name, or auto`);
    }
    if (choice === 'auto' && !told) {
      told = true;
      process.stderr.write(
        `sppgpu: no GPU driver found, running on the CPU with ${adapterName(adapter)} (slow; see \`sppgpu doctor\`)\n`,
      );
    }
    return adapter;
  } finally {
    // Left in place, SwiftShader would be all that the next search, or a child process, finds. What somebody else has
    // set meanwhile stays.
    for (const name of DRIVER_VARIABLES) {
      if (process.env[name] !== announced[name]) continue;
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  }
}

function driverVariables(): Partial<Record<(typeof DRIVER_VARIABLES)[number], string>> {
  return Object.fromEntries(DRIVER_VARIABLES.map((name) => [name, process.env[name]]));
}

function offer(names: ReadonlySet<string>): string {
  return names.size > 0 ? `; this machine offers ${[...names].join(', ')}` : '';
}

/** Dawn is a peer that pages do without: whoever wants a device in Node installs it. */
async function dawn(): Promise<typeof import('webgpu')> {
  try {
    return await import('webgpu');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new DeviceError('the npm package webgpu, which brings WebGPU to Node, is not installed; npm install webgpu');
  }
}

async function instance(): Promise<GPU> {
  const drivers = DRIVER_VARIABLES.map((name) => process.env[name] ?? '').join('|');
  let gpu = instances.get(drivers);
  if (!gpu) {
    gpu = (await dawn()).create(['enable-dawn-features=allow_unsafe_apis']);
    instances.set(drivers, gpu);
  }
  return gpu;
}
