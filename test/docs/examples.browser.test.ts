/// <reference types="vite/client" />
/** The examples of the README that are for browsers run in one. */
import { expect, test } from 'vitest';
import readme from '../../README.md?raw';
import * as sppgpu from '../../src/index.js';
import { codeBlocks, runExample } from './examples.js';

const examples = codeBlocks(readme).filter(({ code }) => code.includes("from 'sppgpu';"));

test('there is one', () => expect(examples.length).toBeGreaterThan(0));

test.each(examples)('the example at line $line', async ({ code }) => {
  const script = /<script type="module">\n(.*?)<\/script>/s.exec(code)?.[1] ?? code;
  const printed = await runExample(script.replaceAll(/^ {2}/gm, ''), { sppgpu });
  expect(printed.length).toBeGreaterThan(0);
});
