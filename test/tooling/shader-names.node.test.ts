import { expect, test } from 'vitest';
import { everyKernel } from '../../src/cli/kernel-library.js';
import { declarationsOf } from '../../src/runtime/declarations.js';
import { bare } from '../../tools/shaders/emit.js';
import { shortNames } from '../../tools/shaders/names.js';
import { readShader, shadersBeside } from '../../tools/shaders/read.js';
import { testDevice } from '../setup/device.js';
import { root } from './repository.js';

const shorten = shortNames(shadersBeside(readShader(`${root}shaders/common/grid.wgsl`)), bare);
/** Kernels as they stand in the sources, without comments, and as the built library has them. */
const kernels = [...everyKernel().values()].map(({ name, code }) => {
  const plain = bare(code);
  return { name, plain, short: shorten(plain) };
});

/**
 * Words and signs in their order, address spaces and built-in values with what they belong to; of each word, whether it is a field: behind a
 * dot, or in a struct in front of a colon.
 */
function tokensOf(code: string): { text: string; field: boolean }[] {
  let inStruct = false;
  const found: { text: string; field: boolean }[] = [];
  const parts = [
    ...code.matchAll(/(?:var|ptr)<\w+(?:,read(?:_write)?)?|@builtin\(\w+\)|[A-Za-z_]\w*|\.?\d[\w.]*|\S/g),
  ].map(([text]) => text);
  for (const [i, text] of parts.entries()) {
    if (text === 'struct') inStruct = true;
    if (text === '}') inStruct = false;
    const declared = inStruct && parts[i + 1] === ':';
    found.push({ text, field: parts[i - 1] === '.' || declared });
  }
  return found;
}

test('in every kernel, each name has one short name, and no other name has it', () => {
  const wrong: string[] = [];
  for (const { name, plain, short } of kernels) {
    const [before, after] = [tokensOf(plain), tokensOf(short)];
    expect(after.length, name).toBe(before.length);
    const there = new Map<string, string>();
    const back = new Map<string, string>();
    for (const [i, { text, field }] of before.entries()) {
      const [from, to] = [`${field} ${text}`, `${after[i]!.field} ${after[i]!.text}`];
      if ((there.get(from) ?? to) !== to || (back.get(to) ?? from) !== from) wrong.push(`${name}: ${text} -> ${to}`);
      there.set(from, to);
      back.set(to, from);
    }
  }
  expect(wrong).toEqual([]);
});

test('with short names, kernels have the interface that they have in the sources, and far shorter texts', () => {
  for (const { name, plain, short } of kernels) {
    // In front of the entry point may stand the name of a constant, which is read for its value.
    expect(declarationsOf(name, short), name).toEqual(declarationsOf(name, plain));
  }
  const size = (texts: string[]) => texts.join('').length;
  expect(size(kernels.map(({ short }) => short))).toBeLessThan(0.8 * size(kernels.map(({ plain }) => plain)));
});

test('with short names, every kernel compiles', async () => {
  const device = await testDevice();
  const features: Readonly<Record<string, string>> = { f16: 'shader-f16', subgroups: 'subgroups' };
  const needs = (code: string) => [...code.matchAll(/^enable (\w+);/gm)].map(([, name]) => features[name!]!);
  const possible = kernels.filter(({ short }) => needs(short).every((feature) => device.features.has(feature)));
  expect(possible.length).toBeGreaterThan(250);
  const refused: string[] = [];
  for (const { name, short } of possible) {
    const { messages } = await device.gpu.createShaderModule({ label: name, code: short }).getCompilationInfo();
    refused.push(...messages.filter(({ type }) => type === 'error').map(({ message }) => `${name}: ${message}`));
  }
  expect(refused).toEqual([]);
});
