/** The command in a report is what was typed, without what nobody else should see. */
import { expect, onTestFinished, test } from 'vitest';
import { commandLine } from '../../src/cli/run-details.js';

test.each([
  [['train', '--data', 'my photos'], "sppgpu train --data 'my photos'"],
  [['train', '--queue', 'postgres://u:word@h/d', '--out', 'x'], 'sppgpu train --queue URL --out x'],
  [['train', '--queue=redis://:word@h'], 'sppgpu train --queue=URL'],
])('%j', (words, shown) => {
  const before = process.argv;
  onTestFinished(() => {
    process.argv = before;
  });
  process.argv = ['node', 'cli.js', ...words];
  expect(commandLine()).toBe(shown);
});
