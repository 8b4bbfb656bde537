/** A password that was typed: other users of the machine see what a process was called with. */
import { readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { errorLines, sppgpu } from './run.js';

/** Does not repeat what another run of this file says. */
const SECRET = `horse-battery-${process.pid}`;

/** Processes whose command line has the password. */
const tellers = (): string[] =>
  readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && readFileSync(`/proc/${entry}/cmdline`, 'utf8').includes(SECRET);
    } catch {
      return false; // it has ended
    }
  });

const seen: string[][] = [];
// A server that hangs up: whoever asks it has its address at hand.
const server = createServer((socket) => {
  seen.push(tellers());
  socket.destroy();
});
await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
const { port } = server.address() as AddressInfo;
afterAll(() => server.close());

test.each([
  ['--queue', ''],
  ['', '--queue='],
])('a queue given by %s%s stands in no title and no line', async (flag, joined) => {
  seen.length = 0;
  const url = `${joined}postgres://ada:${SECRET}@127.0.0.1:${port}/work`;
  const result = await sppgpu(['work', '--drain', ...(flag ? [flag] : []), url]);
  expect(result.code).toBe(1);
  expect(seen.length).toBeGreaterThan(0);
  expect(seen.flat()).toEqual([]);
  expect(errorLines(result)).toEqual([
    expect.stringMatching(/^sppgpu: queue postgres:\/\/127\.0\.0\.1:\d+\/work: .*; check the address/),
  ]);
  expect(result.stderr + result.stdout).not.toContain(SECRET);
});
