import { describe, expect, it } from 'vitest';
import { duplicateJsonKey } from '../../src/io/json-keys.js';

describe('duplicateJsonKey', () => {
  it('finds a key that stands twice in one object, however it is written', () => {
    expect(duplicateJsonKey('{"a": 1, "b": {"a": 2}, "a": 3}')).toBe('a');
    expect(duplicateJsonKey('{"a": 1, "\\u0061" : 3}')).toBe('a');
    expect(duplicateJsonKey('[{"x": {"q\\"": 1, "q\\"": 2}}]')).toBe('q"');
  });

  it('takes values, other objects and text in strings for no keys', () => {
    expect(duplicateJsonKey('{"a": "a", "b": ["a", "a"], "c": {"a": 1}, "d": "{\\"a\\": 1, \\"a\\": 2}"}')).toBe(
      undefined,
    );
    expect(duplicateJsonKey('[{"a": 1}, {"a": 1}, "\\\\", {"b": "\\\\"}]')).toBe(undefined);
  });

  it('reads one string of 32 million characters', () => {
    const long = 'x'.repeat(2 ** 25);
    expect(duplicateJsonKey(`{"a": "${long}", "b": 1, "b": 2}`)).toBe('b');
    expect(duplicateJsonKey(`{"${long}": 1, "${long}": 2}`)).toBe(long);
  });
});
