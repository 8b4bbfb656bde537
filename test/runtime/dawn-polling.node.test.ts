import { afterEach, expect, test } from 'vitest';
import { withThrottledPolling } from '../../src/runtime/dawn-polling.node.js';

const original = globalThis.setImmediate;
afterEach(() => {
  globalThis.setImmediate = original;
});

/** A callback that looks like Dawn's, and counts its calls. */
function native() {
  let calls = 0;
  const callback = (() => calls++).bind(null);
  Object.defineProperty(callback, 'name', { value: '' });
  return { callback, calls: () => calls };
}

test('while a wait is open, Dawn is slowed and nobody else; then the original is back', async () => {
  let done = (): void => {};
  const wait = withThrottledPolling(new Promise<void>((resolve) => (done = resolve)));
  const { callback } = native();
  const handles = Array.from({ length: 50 }, () => setImmediate(callback));
  const constructors = handles.map((handle) => handle.constructor.name);
  expect(new Set(constructors.slice(0, 40))).toEqual(new Set(['Immediate']));
  expect(new Set(constructors.slice(40))).toEqual(new Set(['Timeout']));
  expect(setImmediate(() => {}).constructor.name).toBe('Immediate');
  done();
  await wait;
  expect(globalThis.setImmediate).toBe(original);
});

test("somebody else's patch stays, whenever it was made, and ours does not pile up below it", async () => {
  let done = (): void => {};
  const wait = withThrottledPolling(new Promise<void>((resolve) => (done = resolve)));
  const below = globalThis.setImmediate;
  let depth = 0;
  const theirs = ((...args: Parameters<typeof below>) => {
    depth++;
    return below(...args);
  }) as typeof setImmediate;
  globalThis.setImmediate = theirs;
  done();
  await wait;
  expect(globalThis.setImmediate).toBe(theirs);
  for (let i = 0; i < 3; i++) await withThrottledPolling(Promise.resolve());
  expect(globalThis.setImmediate).toBe(theirs);
  await new Promise<void>((resolve) => setImmediate(resolve));
  expect(depth).toBe(1);
  // Nobody waits: what Dawn schedules is passed on as it is.
  const { callback } = native();
  const handles = Array.from({ length: 50 }, () => setImmediate(callback));
  expect(handles.every((handle) => handle.constructor.name === 'Immediate')).toBe(true);
  // They take theirs away again: the next wait leaves nothing behind.
  globalThis.setImmediate = below;
  await withThrottledPolling(Promise.resolve());
  expect(globalThis.setImmediate).toBe(original);
});
