import { expect, test } from 'vitest';
import { everyKernel } from '../../src/cli/kernel-library.js';
import type { Kernel } from '../../src/runtime/kernel.js';
import { testDevice } from '../setup/device.js';

const kernels = [...everyKernel().values()];

test('every kernel compiles on this device with its default constants, from its text alone', async () => {
  const device = await testDevice();
  const possible = kernels.filter(({ code }) => required(code).every((feature) => device.features.has(feature)));
  expect(possible.length).toBeGreaterThan(250);
  const refused: string[] = [];
  // Side by side: a browser's answers take longer than the compilations.
  const compile = (kernel: Kernel) =>
    device.warmUp([[kernel]]).catch((error: Error) => void refused.push(error.message));
  await Promise.all(possible.map(compile));
  expect(refused).toEqual([]);
}, 300_000);

test('no two kernels share a name, and every shader belongs to one', () => {
  expect(new Set(kernels.map(({ name }) => name)).size).toBe(kernels.length);
});

test('every field of Params is read, at least by one choice of preludes', () => {
  const unread = new Map<string, boolean>();
  for (const { name, code, layout } of kernels) {
    for (const field of layout.params?.fields ?? []) {
      const key = `${name.replace(/\(.*/u, '')} ${field.name}`;
      const reads = new RegExp(`\\bparams\\.${field.name}\\b`, 'u').test(code.replaceAll(/\/\/.*/gu, ''));
      unread.set(key, (unread.get(key) ?? true) && !reads);
    }
  }
  expect([...unread].filter(([, never]) => never).map(([field]) => field)).toEqual([]);
});

/** The optional device features that a shader asks for by `enable`. */
function required(code: string): string[] {
  const names: Record<string, string> = {
    f16: 'shader-f16',
    chromium_experimental_subgroup_matrix: 'chromium-experimental-subgroup-matrix',
  };
  return [...code.matchAll(/^enable\s+(\w+)/gm)].map(([, name]) => names[name!] ?? name!);
}
