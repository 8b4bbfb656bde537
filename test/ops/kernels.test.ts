/// <reference types="vite/types/importMeta.d.ts" />
import { expect, test } from 'vitest';
import { definedKernels } from '../../src/runtime/kernel.js';
import { testDevice } from '../setup/device.js';

// Loading a module defines its kernels.
const modules = import.meta.glob(['../../src/{tensor,autograd,ops,nn,optim,data}/**/*.ts', '!**/*.node.ts']);

test('every kernel compiles on this device with its default constants', async () => {
  const device = await testDevice();
  await Promise.all(Object.values(modules).map((load) => load()));
  const kernels = definedKernels().filter(({ code }) =>
    required(code).every((feature) => device.features.has(feature)),
  );
  expect(kernels.length).toBeGreaterThan(10);
  const refused: string[] = [];
  for (const kernel of kernels) {
    await device.warmUp([[kernel]]).catch((error: Error) => refused.push(error.message));
  }
  expect(refused).toEqual([]);
});

/** The optional device features that a shader asks for by `enable`. */
function required(code: string): string[] {
  const names: Record<string, string> = { f16: 'shader-f16' };
  return [...code.matchAll(/^enable\s+(\w+)/gm)].map(([, name]) => names[name!] ?? name!);
}
