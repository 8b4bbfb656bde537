import type { Command } from 'commander';
import { textTable } from '../../report/text-table.js';
import { findAdapter } from '../../runtime/adapter.node.js';
import { type CommonOptions, withCommonOptions } from '../options.js';
import { print, printJson } from '../output.js';

const SHOWN_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** `sppgpu doctor`: what this machine offers, and what would make it faster. */
export function addDoctor(program: Command): void {
  withCommonOptions(program.command('doctor'))
    .description('adapter, driver, limits and features of this machine, and what to install for a faster one')
    .action(doctor);
}

async function doctor(options: CommonOptions): Promise<void> {
  const { adapter, name, software } = await findAdapter(options.device);
  const { vendor, architecture, description, subgroupMinSize, subgroupMaxSize } = adapter.info;
  const limits = Object.fromEntries(
    limitNames(adapter.limits).map((limit) => [limit, adapter.limits[limit as keyof GPUSupportedLimits]]),
  );
  const features = [...adapter.features].sort();
  if (options.json) {
    printJson({ adapter: name, driver: description || `${vendor} ${architecture}`.trim(), software, features, limits });
    return;
  }
  const rows = [
    ['adapter', name],
    ['vendor, architecture', `${vendor}, ${architecture}`],
    ['kind', software ? 'software (shaders run on the CPU)' : 'hardware'],
    ['subgroup size', subgroupMinSize ? `${subgroupMinSize} to ${subgroupMaxSize}` : 'unknown'],
    ['timestamps (profiles)', features.includes('timestamp-query') ? 'yes' : 'no'],
    ...SHOWN_LIMITS.map((limit) => [limit, Number(limits[limit]).toLocaleString('en')]),
  ];
  print(`${textTable(['what', 'value'], rows)}\n\n${advice(name, software)}\n`);
}

function limitNames(limits: GPUSupportedLimits): string[] {
  const prototype = Object.getPrototypeOf(limits) as object;
  return Object.getOwnPropertyNames(prototype).filter(
    (name) => typeof limits[name as keyof GPUSupportedLimits] === 'number',
  );
}

function advice(name: string, software: boolean): string {
  if (!software) return 'This is a hardware adapter: nothing to install.';
  const gpu =
    'With a GPU in this machine, install its Vulkan driver (NVIDIA: the driver package; AMD and Intel: mesa-vulkan-drivers).';
  if (/llvmpipe|lavapipe/i.test(name))
    return `No GPU driver was found, lavapipe runs shaders on the CPU: the fastest way without a GPU. ${gpu}`;
  return `No GPU driver was found. Without a GPU, Mesa's lavapipe is about four times as fast as SwiftShader:
  Debian 13, Ubuntu 24.04 or later: apt-get install mesa-vulkan-drivers libvulkan1
  Debian 12: apt-get install -t bookworm-backports mesa-vulkan-drivers libvulkan1
${gpu}`;
}
