import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { findAdapter as findInBrowser } from '../../src/runtime/adapter.browser.js';
import { findAdapter } from '../../src/runtime/adapter.node.js';
import { DeviceError } from '../../src/runtime/errors.js';

/** A machine with two GPUs; Dawn's instances see SwiftShader alone while the environment names it. */
const machine = vi.hoisted(() => ({ gpus: ['Fast 9000', 'Integrated 5'] as string[], instances: 0 }));

vi.mock('webgpu', () => ({
  create: () => {
    machine.instances++;
    return {
      requestAdapter: async ({ powerPreference, forceFallbackAdapter }: GPURequestAdapterOptions) => {
        const software = process.env.VK_DRIVER_FILES?.includes('swiftshader');
        const [fast = null, slow = fast] = machine.gpus;
        const fallback = forceFallbackAdapter ? null : powerPreference === 'low-power' ? slow : fast;
        const description = software ? 'SwiftShader Device' : fallback;
        return description && { info: { description, vendor: '', architecture: '', device: '' } };
      },
    };
  },
}));
vi.mock('../../src/runtime/vulkan-loader.node.js', () => ({
  mayHaveVulkanDriver: () => true,
  ensureVulkanLoader: async () => {},
}));
vi.mock('../../src/runtime/chromium-package.node.js', () => ({
  chromiumPackage: () => ({}),
  unpackSwiftShader: async () => '/cache/swiftshader',
}));

const platform = { platform: process.platform, arch: process.arch };
const said: string[] = [];
beforeEach(() => {
  for (const name of ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES', 'VK_ADD_DRIVER_FILES']) vi.stubEnv(name, undefined);
  for (const [key, value] of Object.entries({ platform: 'linux', arch: 'x64' }))
    Object.defineProperty(process, key, { value });
  vi.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  for (const [key, value] of Object.entries(platform)) Object.defineProperty(process, key, { value });
  machine.gpus = ['Fast 9000', 'Integrated 5'];
  said.length = 0;
});

const nameOf = async (choice?: string) => (await findAdapter(choice)).name;

test('asking for the software adapter changes neither the environment nor what is found later', async () => {
  expect(await nameOf('software')).toBe('SwiftShader Device');
  expect(process.env.VK_DRIVER_FILES).toBeUndefined();
  expect(process.env.VK_ICD_FILENAMES).toBeUndefined();
  expect(await Promise.all(['auto', 'swiftshader', 'hardware', 'integrated'].map(nameOf))).toEqual([
    'Fast 9000',
    'SwiftShader Device',
    'Fast 9000',
    'Integrated 5',
  ]);
  expect(said).toEqual([]);
  expect(machine.instances).toBe(2);
});

test('a name that nothing has is an error with the names to choose from', async () => {
  const failure = await findAdapter('geforce').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(DeviceError);
  expect((failure as Error).message).toBe(
    'no adapter matches "geforce"; this machine offers Fast 9000, Integrated 5; give a part of such a name, or auto',
  );
});

test('without a GPU, auto is the software adapter and says so, and hardware is an error', async () => {
  machine.gpus = [];
  expect(await nameOf()).toBe('SwiftShader Device');
  expect(said).toEqual([expect.stringMatching(/^sppgpu: no GPU driver found, running on the CPU with SwiftShader/)]);
  await expect(findAdapter('hardware')).rejects.toThrow(/^no hardware adapter found; install/);
});

test("Dawn's polling is slowed for adapters on the CPU only", async () => {
  const promise = Promise.resolve(1);
  expect((await findAdapter('hardware')).wait(promise)).toBe(promise);
  expect((await findAdapter('software')).wait(promise)).not.toBe(promise);
});

test("the browser's search names the way out: the package for Node, or the adapter there is", async () => {
  vi.stubGlobal('navigator', {});
  await expect(findInBrowser()).rejects.toThrow("'sppgpu/node'");
  const info = { description: 'Fast 9000', vendor: '', architecture: '', device: '' };
  vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => ({ info }) } });
  await expect(findInBrowser('geforce')).rejects.toThrow(
    'this browser offers Fast 9000, give a part of that name, or auto',
  );
});
