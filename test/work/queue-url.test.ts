/** Addresses of queues: what they may be, and that nothing secret of them is shown. */
import { expect, test } from 'vitest';
import { parseQueueUrl, withoutSecrets } from '../../src/work/queue-url.js';

test('addresses of both kinds, shown without user, password and options', () => {
  const secret = 'postgres://ada:horse%2Fbattery@db.example:5432/work?sslkey=k3y';
  expect(parseQueueUrl(secret)).toEqual({ kind: 'postgres', url: secret, shown: 'postgres://db.example:5432/work' });
  expect(parseQueueUrl('rediss://:pass@cache.example')).toMatchObject({
    kind: 'redis',
    shown: 'rediss://cache.example',
  });
  const address = parseQueueUrl(secret);
  const line = `no user "ada" at ${secret} with horse/battery (horse%2Fbattery, ?sslkey=k3y)`;
  expect(withoutSecrets(line, address)).not.toMatch(/horse|battery|k3y/);
});

test('a password with a % that is no code is refused without being repeated', () => {
  for (const text of ['postgres://ada:50%off@db/work', 'redis://50%off:horse@cache']) {
    expect(() => parseQueueUrl(text)).toThrow(
      'queue: its user or password has a % that stands for nothing; write a % as %25',
    );
  }
  expect(parseQueueUrl('postgres://ada:50%25off@db/work').shown).toBe('postgres://db/work');
});

test('what is not an address is refused without being repeated', () => {
  for (const text of ['horse-battery', 'mysql://ada:horse-battery@db', '', 'postgres']) {
    expect(() => parseQueueUrl(text)).toThrow(/^queue: its address is not understood; give postgres:\/\/USER/);
  }
});
