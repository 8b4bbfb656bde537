/** What the tests bring to the page that was made in Node. */
import { crc32, deflateSync } from 'node:zlib';
import { loadDigits } from '../../src/data/digits.node.js';
import { digitSession, sppContestant } from '../../src/demo/digit-nets.js';
import { demoPictures, digitsInMemory } from '../../src/demo/digit-pictures.js';
import { encodeCheckpoint } from '../../src/train/checkpoint.js';
import { MemoryStore } from '../../src/train/run-store.js';
import { runSessionIn } from '../../src/train/session.js';
import { testDevice } from '../setup/device.js';
import type { FilePayload } from './pages.js';

const RUN = { epochs: 1, batchSize: 32, lr: 0.003, seed: 1 };

let made: Promise<Buffer> | null = null;

/** A checkpoint of the demo's net after a short training in Node. */
export function nodeCheckpoint(): Promise<Buffer> {
  made ??= trained();
  return made;
}

async function trained(): Promise<Buffer> {
  const pictures = await demoPictures(await loadDigits(), 'train', RUN.seed, 96);
  const store = new MemoryStore();
  const session = digitSession(await testDevice(), sppContestant(), pictures, digitsInMemory(pictures), RUN);
  (await runSessionIn(store, session)).network.dispose();
  return Buffer.from(encodeCheckpoint(store.checkpoint!));
}

/** Bytes as a file that is dropped, pasted or opened. */
export const fileOf = (name: string, buffer: Buffer, mimeType = ''): FilePayload => ({ name, mimeType, buffer });

/** A PNG as large as a camera's pictures, of stripes, that takes little room as a file. */
export function largePng(width: number, height: number): Buffer {
  const row = Buffer.alloc(1 + 3 * width, 40);
  row[0] = 0; // no filter
  for (let x = 0; x < width; x += 64) row.fill(200, 1 + 3 * x, 1 + 3 * Math.min(x + 32, width));
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]); // 8 bits, RGB
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)), { level: 1 });
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
