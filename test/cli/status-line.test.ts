/** The line that changes at the bottom of a terminal, seen through a terminal emulator. */
import { expect, test } from 'vitest';
import { StatusLine, type Terminal } from '../../src/cli/status-line.js';
import { screenOf } from './screen.js';

function terminal(environment: NodeJS.ProcessEnv = { TERM: 'xterm' }) {
  let bytes = '';
  const stream = {
    isTTY: true,
    columns: 80,
    rows: 24,
    write: (text: string) => {
      bytes += text;
      return true;
    },
  } as unknown as Terminal;
  const line = new StatusLine(stream, environment);
  return { line, stream, say: (text: string) => line.above(() => void stream.write(`${text}\n`)), bytes: () => bytes };
}

test('lines stand above it whole, and it stands below them', async () => {
  const { line, say, bytes } = terminal();
  say('before');
  line.show('bar 1');
  say('a line that is longer than the bar');
  say('b');
  expect(await screenOf(bytes())).toEqual(['before', 'a line that is longer than the bar', 'b', 'bar 1']);
  line.hide();
  say('c');
  expect(await screenOf(bytes())).toEqual(['before', 'a line that is longer than the bar', 'b', 'c']);
});

test('a text wider than the terminal is cut, so that it can be taken away again', async () => {
  const { line, say, bytes } = terminal();
  line.show('x'.repeat(200));
  expect(await screenOf(bytes())).toEqual(['x'.repeat(79)]);
  say('a');
  line.hide();
  expect(await screenOf(bytes())).toEqual(['a']);
});

test('the newest text is drawn below a line that is written between two drawings', async () => {
  const { line, say, bytes } = terminal();
  line.show('bar 1');
  line.show('bar 2'); // too soon after the first
  say('a');
  expect(await screenOf(bytes())).toEqual(['a', 'bar 2']);
});

test('the cursor is never hidden: a killed process cannot bring it back', () => {
  const { line, bytes } = terminal();
  line.show('bar');
  line.hide();
  expect(bytes()).not.toContain('?25l');
});

test.each([{ TERM: 'dumb' }])('nothing but the lines on a terminal that says %j', (environment) => {
  const { line, say, bytes } = terminal(environment);
  line.show('bar');
  say('a');
  line.hide();
  expect(bytes()).toBe('a\n');
});
