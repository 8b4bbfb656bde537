import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadImage } from '../../data/decode.node.js';
import { DecodePool } from '../../data/decode-pool.node.js';
import { SppgpuError } from '../../runtime/errors.js';
import type { OwnCase, Way } from './own-case.js';
import { asJpeg, syntheticPicture } from './picture.js';

const PICTURES = 24;
const WORKERS = [1, 2];

async function writePictures(folder: string): Promise<{ paths: string[]; fileBytes: number }> {
  const paths: string[] = [];
  let bytes = 0;
  for (let i = 0; i < PICTURES; i++) {
    const file = asJpeg(syntheticPicture(500 - 3 * i, 375 - 2 * i, i + 1)); // as mixed as a data set
    const path = join(folder, `${i}.jpg`);
    await writeFile(path, file);
    paths.push(path);
    bytes += file.length;
  }
  return { paths, fileBytes: Math.round(bytes / PICTURES) };
}

/** A pool gives the same pixels as the decoder alone; this also starts all its threads. */
async function check(pool: DecodePool, paths: readonly string[]): Promise<void> {
  const expected = (await loadImage(paths[0]!)).data;
  const [first] = await Promise.all(paths.map((path) => pool.decode(path)));
  if (Buffer.compare(first!.image.data, expected) !== 0)
    throw new SppgpuError(
      'loader: a worker decodes other pixels than the main thread; reinstall the packages (npm ci)',
    );
}

/** JPEG files through the loader's worker threads, against decoding in the main thread. */
export const loader: OwnCase = {
  name: 'loader_jpeg_500x375',
  family: 'loader',
  withoutDevice: true,
  images: PICTURES,
  async with(_device, use) {
    const folder = await mkdtemp(join(tmpdir(), 'sppgpu-bench-'));
    const pools = WORKERS.map((workers) => new DecodePool({ workers }));
    try {
      const { paths, fileBytes } = await writePictures(folder);
      for (const pool of pools) await check(pool, paths);
      const alone: Way = {
        way: 'main thread',
        async run() {
          for (const path of paths) await loadImage(path);
        },
        facts: { fileBytes },
      };
      const pooled = pools.map((pool): Way => {
        const { workers } = pool;
        const run = () => Promise.all(paths.map((path) => pool.decode(path)));
        return { way: workers === 1 ? '1 worker' : `${workers} workers`, run, facts: { workers, fileBytes } };
      });
      return await use([...pooled, alone]);
    } finally {
      await Promise.all(pools.map((pool) => pool.close()));
      await rm(folder, { recursive: true, force: true });
    }
  },
};
