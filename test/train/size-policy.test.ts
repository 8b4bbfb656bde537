import { expect, test } from 'vitest';
import { parseSizePolicy } from '../../src/train/size-policy.js';

test('a policy as people write it; an error names no flag, for a library has none', () => {
  expect(parseSizePolicy('224')).toEqual({ kind: 'single', size: 224 });
  expect(parseSizePolicy('224,180')).toEqual({ kind: 'alternate', sizes: [224, 180] });
  expect(parseSizePolicy('180-224')).toEqual({ kind: 'random', from: 180, to: 224 });
  for (const text of ['', '0', '24-20', 'x', '24,,28'])
    expect(() => parseSizePolicy(text)).toThrow(`sizes: ${JSON.stringify(text)} is not usable; write 224,`);
});
