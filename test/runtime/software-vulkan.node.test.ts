import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findAdapter } from '../../src/runtime/adapter.node.js';
import { DeviceError } from '../../src/runtime/errors.js';
import { useSoftwareVulkan } from '../../src/runtime/software-vulkan.node.js';
import { unpackOnce, untar } from '../../src/runtime/unpack-once.node.js';
import { mayHaveVulkanDriver } from '../../src/runtime/vulkan-loader.node.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sppgpu-test-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe('a folder that is unpacked once', () => {
  test('is complete for everyone who asks at the same time', async () => {
    const fill = async (to: string) => {
      writeFileSync(join(to, 'first'), '1');
      await setTimeout(5);
      writeFileSync(join(to, 'second'), '2');
    };
    const folders = await Promise.all(Array.from({ length: 8 }, () => unpackOnce([folder], 'thing', fill)));
    expect(new Set(folders)).toEqual(new Set([join(folder, 'thing')]));
    expect(readdirSync(folder)).toEqual(['thing']);
    expect(readdirSync(join(folder, 'thing')).sort()).toEqual(['first', 'second']);
  });

  test('is not filled twice', async () => {
    const fill = vi.fn();
    await unpackOnce([folder], 'thing', fill);
    await unpackOnce([folder], 'thing', fill);
    expect(fill).toHaveBeenCalledTimes(1);
  });

  test('goes to the next cache where the first cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const second = join(folder, 'second');
    expect(await unpackOnce([join(folder, 'file'), second], 'thing', () => {})).toBe(join(second, 'thing'));
    expect(await unpackOnce([join(folder, 'file'), second], 'thing', () => {})).toBe(join(second, 'thing'));
  });

  test('leaves nothing behind when filling fails', async () => {
    const fill = () => {
      throw new Error('ENOSPC: no space left on device');
    };
    await expect(unpackOnce([folder], 'thing', fill)).rejects.toThrow('no space left');
    expect(readdirSync(folder)).toEqual([]);
  });
});

test('untar writes the regular files flat, and only them', () => {
  const entry = (name: string, content: string) => {
    const bytes = Buffer.alloc(512 + Math.ceil(content.length / 512) * 512);
    bytes.write(name, 0);
    bytes.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
    bytes.write(content, 512);
    return bytes;
  };
  const long = 'x'.repeat(1000);
  untar(
    Buffer.concat([entry('lib/', ''), entry('lib/a.so', 'short'), entry('./b.json', long), Buffer.alloc(1024)]),
    folder,
  );
  expect(readdirSync(folder).sort()).toEqual(['a.so', 'b.json']);
  expect(readFileSync(join(folder, 'a.so'), 'utf8')).toBe('short');
  expect(readFileSync(join(folder, 'b.json'), 'utf8')).toBe(long);
});

describe('a driver that the user has chosen', () => {
  const missing = '/nonexistent/driver.json';

  test('is respected, and named in the error where it offers nothing', async () => {
    vi.stubEnv('VK_DRIVER_FILES', missing);
    expect(mayHaveVulkanDriver()).toBe(true);
    const failure = await findAdapter().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DeviceError);
    expect((failure as Error).message).toMatch(/^no WebGPU adapter found .*; install .*doctor/);
    expect((failure as Error).message).not.toContain('\n');
    expect(process.env.VK_DRIVER_FILES).toBe(missing);
  });

  test('keeps the software adapter from npm away', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', missing);
    vi.stubEnv('VK_DRIVER_FILES', '');
    expect(await useSoftwareVulkan()).toMatch(/VK_ICD_FILENAMES=\/nonexistent|linux-x64/);
  });
});

test('the software adapter can be asked for by name, also where the system has another, and leaves no trace', async () => {
  vi.stubEnv('VK_DRIVER_FILES', '');
  vi.stubEnv('VK_ICD_FILENAMES', '');
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    expect(await useSoftwareVulkan()).toMatch(/is for linux-x64, this is/);
    return;
  }
  const { name, software } = await findAdapter('swiftshader');
  expect([name, software]).toEqual([expect.stringMatching(/swiftshader/i), true]);
  expect(process.env.VK_DRIVER_FILES).toBe('');
  expect((await findAdapter('swiftshader')).name).toBe(name);
  const system = await findAdapter();
  expect((await findAdapter()).name).toBe(system.name);
});
