import { join } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { chromiumPackage, unpackSwiftShader } from './chromium-package.node.js';
import { ensureVulkanLoader } from './vulkan-loader.node.js';

/** The driver file that was announced last. */
let announced: string | null = null;

/**
 * Gives this process a CPU Vulkan driver (SwiftShader) from the optional npm package `@sparticuz/chromium`, for
 * linux-x64 machines that have none. Call it only after the system's own adapters were asked for, then call
 * `create()` of `webgpu` again: the new instance finds the driver, whether or not the system has a Vulkan loader.
 *
 * The driver is announced in the environment (`VK_DRIVER_FILES`, and `VK_ICD_FILENAMES` for old loaders), which hides the
 * system's drivers: put both back once the adapter is there. A user's own choice in these variables is left alone.
 * @returns null when the driver is in place, else one line that says why not.
 */
export async function useSoftwareVulkan(): Promise<string | null> {
  const { platform, arch, env } = process;
  if (platform !== 'linux' || arch !== 'x64')
    return `the software adapter from npm is for linux-x64, this is ${platform}-${arch}`;
  if (announced && env.VK_DRIVER_FILES === announced) return null;
  for (const name of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES']) {
    if (env[name]) return `${name}=${env[name]} chooses the driver; unset it to use the software adapter from npm`;
  }
  if (!isMainThread) return 'the software adapter can only be loaded on the main thread';
  const found = chromiumPackage();
  if (!found)
    return 'the optional package @sparticuz/chromium, which carries a software adapter, is not installed: npm install @sparticuz/chromium@147';
  try {
    const folder = await unpackSwiftShader(found);
    await ensureVulkanLoader();
    announced = join(folder, 'vk_swiftshader_icd.json');
    env.VK_DRIVER_FILES = announced;
    env.VK_ICD_FILENAMES = announced;
    return null;
  } catch (error) {
    return `the software adapter cannot be unpacked: ${(error as Error).message}; set XDG_CACHE_HOME to a writable folder`;
  }
}
