import { SppgpuError } from '../runtime/errors.js';

/** A server that keeps jobs. */
export interface QueueAddress {
  readonly kind: 'postgres' | 'redis';
  /** With its secrets: never to be shown. */
  readonly url: string;
  /** The same without user and password, and without options, which may be secret too. */
  readonly shown: string;
}

const KINDS: Readonly<Record<string, QueueAddress['kind']>> = {
  'postgres:': 'postgres',
  'postgresql:': 'postgres',
  'redis:': 'redis',
  'rediss:': 'redis',
};

/** @throws SppgpuError for what is not the address of a queue; it does not repeat what may hold a password */
export function parseQueueUrl(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  const kind = url && KINDS[url.protocol];
  if (!kind) {
    throw new SppgpuError(
      'queue: its address is not understood; give postgres://USER:PASSWORD@HOST/DATABASE, or redis://HOST',
    );
  }
  if (!isDecodable(url.username) || !isDecodable(url.password)) {
    throw new SppgpuError('queue: its user or password has a % that stands for nothing; write a % as %25');
  }
  return { kind, url: text, shown: `${url.protocol}//${url.host}${url.pathname}` };
}

/** Whether every % begins the code of a letter. */
function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Text of a driver's error without the secrets of an address. */
export function withoutSecrets(text: string, { url }: QueueAddress): string {
  const { username, password, search } = new URL(url);
  const secrets = [url, password, decodeURIComponent(password), search].filter((secret) => secret.length > 1);
  const clean = secrets.reduce((shown, secret) => shown.replaceAll(secret, '***'), text);
  return username.length > 2 ? clean.replaceAll(`${username}:`, '***:') : clean;
}
