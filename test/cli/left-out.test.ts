/** What one item fails of ends the work on that item alone. */
import { describe, expect, test } from 'vitest';
import { problemOf } from '../../src/cli/left-out.js';
import { DeviceLostError, FileError, MemoryError } from '../../src/runtime/errors.js';

const { signal } = new AbortController();
const tooLarge = new MemoryError('conv2d: 151296000 bytes exceed the binding limit');

describe('a problem of one item', () => {
  test('has its name once: limits of the device are told as broken files are', () => {
    expect(problemOf(tooLarge, 'large.png', { signal })).toBe(`large.png: ${tooLarge.message}`);
    const broken = new FileError('a/bad.png', 'is cut off', 'remove it');
    expect(problemOf(broken, 'a/bad.png', { signal })).toBe(broken.message);
  });

  test('what concerns all of them is thrown', () => {
    const stopped = new AbortController();
    stopped.abort();
    const full = new FileError('out/a.png', 'no space left', 'free some');
    for (const [error, ends] of [
      [new DeviceLostError('lost'), { signal }],
      [new TypeError('a fault of the program'), { signal }],
      [full, { signal, out: 'out' }],
      [tooLarge, stopped],
    ] as const)
      expect(() => problemOf(error, 'a.png', ends)).toThrow(error);
  });
});
