/// <reference types="vite/client" />
/** The examples of the documentation that are for browsers run in one. */
import { describe, expect, test } from 'vitest';
import guide from '../../docs/guide.md?raw';
import readme from '../../README.md?raw';
import * as sppgpu from '../../src/index.js';
import { codeBlocks, runExample } from './examples.js';

describe.each([
  ['README.md', readme],
  ['docs/guide.md', guide],
])('%s', (_, page) => {
  const examples = codeBlocks(page).filter(({ code }) => /^<script type="module">/.test(code));

  test('there is one', () => expect(examples.length).toBeGreaterThan(0));

  test.each(examples)('the example at line $line trains', async ({ code }) => {
    const script = /<script type="module">\n(.*?)<\/script>/s.exec(code)![1]!;
    const printed = await runExample(script.replaceAll(/^ {2}/gm, ''), { sppgpu });
    const losses = printed.map((values) => Number(values.at(-1)));
    expect(losses.length).toBeGreaterThan(1);
    expect(losses.at(-1)).toBeLessThan(losses[0]!);
  });
});

test('the example of the README has ten statements', () => {
  const [example] = codeBlocks(readme).filter(({ language }) => language === 'html');
  expect(example!.code.match(/;( \/\/.*)?$/gm)).toHaveLength(10);
});
