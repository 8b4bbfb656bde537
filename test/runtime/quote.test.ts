import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError, SppgpuError } from '../../src/runtime/errors.js';
import { printable, quoted } from '../../src/runtime/quote.js';

describe('text from outside in messages', () => {
  it('is quoted, escaped and cut, with its length', () => {
    expect(quoted('cat')).toBe('"cat"');
    expect(quoted('a"b\\')).toBe('"a\\"b\\\\"');
    expect(quoted('\u001b[2J\r\n\u0007\u009b\u202egnp')).toBe('"\\u001b[2J\\r\\n\\u0007\\u009b\\u202egnp"');
    expect(quoted('x'.repeat(28_000))).toBe(`"${'x'.repeat(60)}..." (28000 characters)`);
    expect(quoted('😀'.repeat(31), 61)).toBe(`"${'😀'.repeat(30)}\\ud83d..." (62 characters)`);
  });

  it('shows other values in short', () => {
    expect([quoted(3), quoted(undefined), quoted([1, 2]), quoted({ a: 1 })]).toEqual([
      '3',
      'undefined',
      '[1,2]',
      '{"a":1}',
    ]);
    expect([quoted(Number.NaN), quoted(-1 / 0), quoted(2n ** 64n)]).toEqual([
      'NaN',
      '-Infinity',
      '18446744073709551616',
    ]);
    expect(quoted(Array.from({ length: 1000 }, (_, i) => i)).length).toBeLessThanOrEqual(60);
    const deep = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)) as unknown;
    expect(quoted(deep).length).toBeLessThanOrEqual(60); // whether so deep a list has JSON depends on the engine's stack
    const circle: unknown[] = [];
    circle.push(circle);
    expect(quoted(circle)).toBe('a list');
  });

  it('keeps both ends of what is too long', () => {
    const path = `/data/${'x'.repeat(1000)}/picture.png`;
    expect(printable(path, 40)).toMatch(/^\/data\/x+\.\.\.x*\/picture\.png$/);
    expect(printable(path, 40)).toHaveLength(40);
    expect(printable('a\nb\tc')).toBe('a\nb\\u0009c');
  });

  it('never gives an error a control character or an endless line', () => {
    const text = fc.string({ unit: 'binary', maxLength: 600 });
    fc.assert(
      fc.property(text, text, (path, problem) => {
        const error = new FileError(path, problem, 'repair it');
        expect(error.message).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u);
        expect(error.message.length).toBeLessThan(8000);
        expect([error.path, error.problem]).toEqual([path, problem]);
        expect(printable(printable(path, 300), 3000)).toBe(printable(path, 300));
      }),
      { numRuns: 50 },
    );
    expect(new SppgpuError('bell \u0007').message).toBe('bell \\u0007');
  });
});
