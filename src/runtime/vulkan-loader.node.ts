import { readdirSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { chromiumPackage, unpackSwiftShader } from './chromium-package.node.js';

/** glibc's RTLD_NODELETE: the library stays mapped although loading it as an addon fails. */
const RTLD_NODELETE = 0x1000;
const LOADER = 'libvulkan.so.1';

/**
 * False on a Linux machine that certainly has no Vulkan driver: no GPU device, no driver manifest, none named in the
 * environment. Asking Dawn there would only print warnings about it.
 */
export function mayHaveVulkanDriver(): boolean {
  const { platform, env } = process;
  if (platform !== 'linux') return true;
  if (env.VK_DRIVER_FILES || env.VK_ICD_FILENAMES || env.VK_ADD_DRIVER_FILES) return true;
  const isGpu = (name: string) => /^(renderD\d+|nvidia\d+|dxg|kgsl-.*|mali\d*)$/.test(name);
  if (['/dev', '/dev/dri'].some((folder) => list(folder).some(isGpu))) return true;
  const bases = [
    env.XDG_CONFIG_HOME || join(homedir(), '.config'),
    env.XDG_DATA_HOME || join(homedir(), '.local/share'),
    ...(env.XDG_CONFIG_DIRS || '/etc/xdg').split(':'),
    ...(env.XDG_DATA_DIRS || '/usr/local/share:/usr/share').split(':'),
    ...['/etc', '/usr/local/etc', '/usr/share', '/usr/local/share', '/run/opengl-driver/share'],
  ];
  return bases.some((base) => list(join(base, 'vulkan/icd.d')).some((name) => name.endsWith('.json')));
}

/**
 * Makes sure that Dawn can load `libvulkan.so.1`: on linux-x64 machines without one (containers that are given a GPU and its
 * driver often lack the loader), the loader from npm is mapped instead. It looks for the system's drivers like any other.
 */
export async function ensureVulkanLoader(): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64' || !isMainThread || canLoad(LOADER)) return;
  const found = chromiumPackage();
  if (!found) return;
  try {
    canLoad(join(await unpackSwiftShader(found), LOADER)); // mapped, Dawn's own dlopen("libvulkan.so.1") finds it by its name
  } catch {
    // No cache can be written: Dawn says what is missing, and useSoftwareVulkan what to do.
  }
}

/** A library that is not an addon "did not self-register", after it was mapped; any other error means that it could not be loaded. */
function canLoad(library: string): boolean {
  try {
    process.dlopen({ exports: {} }, library, constants.dlopen.RTLD_NOW | RTLD_NODELETE);
    return true;
  } catch (error) {
    return /self-register/.test(String(error));
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
