import { createHash } from 'node:crypto';
import { readdir, readFile, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { crc32 } from '../../io/crc32.js';
import { withFileErrors } from '../../io/file-errors.node.js';
import { makeFolder } from '../../io/make-folder.node.js';
import { parseSafetensors, serializeSafetensors } from '../../io/safetensors.js';
import { encodeElements } from '../../io/safetensors-elements.js';
import { networkDevice } from '../../models/in-evaluation.js';
import type { Picture } from '../../picture/picture.js';
import { FileError } from '../../runtime/errors.js';
import { type OptionNames, requireOptions } from '../../runtime/options.js';
import { tensor } from '../../tensor/create.js';
import { sameShape } from '../../tensor/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { convolvedMaps, type MapMaker } from './picture-maps.js';
import type { RegionNetwork } from './region-network.js';

export interface MapCacheOptions {
  /** Made if missing; nothing else belongs into it. */
  readonly folder: string;
  /** The files together take no more. Maps that came first stay: each pass asks for every picture once, in the same order. */
  readonly maxBytes: number;
  /** How values are stored; f16 takes half the room and rounds them. Default f32. */
  readonly dtype?: 'F32' | 'F16';
}

const NAMES: OptionNames<MapCacheOptions> = { folder: true, maxBytes: true, dtype: true };

const FORMAT = 'sppgpu-map-1';
const ENDING = '.map.safetensors';

/**
 * Maps of pictures on a disk, so that training sees each picture through the convolutions once. An entry is named after the
 * convolutions (their weights, the preparation of pictures), the picture's pixels, scale and side, and carries a checksum: one
 * that is damaged, cut short or of something else is made anew. Entries of other networks make way when there is no room.
 */
export class MapCache {
  /** Bytes of each file of the folder. */
  private readonly held = new Map<string, number>();
  private bytes = 0;
  /** What the disk said when it took no more: from then on nothing is written. */
  problem: FileError | null = null;
  hits = 0;
  misses = 0;

  private constructor(
    private readonly network: RegionNetwork,
    private readonly identity: string,
    private readonly options: Required<MapCacheOptions>,
  ) {}

  /** @throws FileError for a folder that cannot be made or read */
  static async open(network: RegionNetwork, options: MapCacheOptions): Promise<MapCache> {
    requireOptions('MapCache', options, NAMES);
    const { folder, maxBytes, dtype = 'F32' } = options;
    await makeFolder(folder);
    const cache = new MapCache(network, await convolutionsKey(network), { folder, maxBytes, dtype });
    await withFileErrors(folder, async () => {
      for (const name of (await readdir(folder)).sort()) {
        if (!name.endsWith(ENDING)) continue;
        const found = await stat(join(folder, name)).catch(() => undefined);
        if (found?.isFile()) cache.note(name, found.size);
      }
    });
    return cache;
  }

  /** Maps out of the cache, or made by `make` and kept. */
  maker(make: MapMaker = convolvedMaps(this.network)): MapMaker {
    const device = networkDevice(this.network.network);
    return async (picture, scale, flip) => {
      const name = this.nameOf(picture, scale, flip);
      const stored = await this.read(name);
      if (stored) {
        this.hits++;
        return tensor(device, stored.data, { shape: stored.shape });
      }
      this.misses++;
      const map = await make(picture, scale, flip);
      try {
        return await this.keep(name, map);
      } catch (error) {
        map.dispose();
        throw error;
      }
    };
  }

  private nameOf({ width, height, data }: Picture, scale: number, flip: boolean): string {
    const pixels = createHash('sha256').update(`${width}x${height}\n`).update(data).digest('hex').slice(0, 32);
    return `${this.identity}-${pixels}-${scale}${flip ? 'm' : ''}${ENDING}`;
  }

  /** The map of a file, if it is sound and says that it is this one. */
  private async read(name: string): Promise<{ shape: number[]; data: Float32Array<ArrayBuffer> } | null> {
    if (!this.held.has(name)) return null;
    const path = join(this.options.folder, name);
    try {
      const { tensors, metadata } = parseSafetensors(await readFile(path), path);
      const { shape, data, dtype } = tensors.get('map')!;
      const sound = metadata.format === FORMAT && metadata.name === name && dtype === this.options.dtype;
      const values = data as Float32Array<ArrayBuffer>;
      if (sound && sameShape(shape, this.shapeOf(shape)) && metadata.crc === checksum(dtype, values)) {
        return { shape, data: values };
      }
    } catch {
      // Whatever is wrong with it, it is made anew.
    }
    await this.remove(name);
    return null;
  }

  /** What a map's shape must look like. */
  private shapeOf([, , height = 1, width = 1]: readonly number[]): number[] {
    const { levels, pooledDimension } = this.network;
    return [1, pooledDimension / levels.reduce((sum, n) => sum + n * n, 0), height, width];
  }

  /** Stores a map; where values are rounded, the caller gets the rounded ones, as the next time. */
  private async keep(name: string, map: Tensor): Promise<Tensor> {
    const { folder, dtype } = this.options;
    const shape = [...map.shape];
    const data = (await map.data()) as Float32Array<ArrayBuffer>;
    const file = serializeSafetensors([['map', { shape, data, dtype }]], {
      format: FORMAT,
      name,
      crc: checksum(dtype, data),
    });
    if (await this.makeRoom(file.length)) {
      try {
        await writeFileAtomic(join(folder, name), file);
        this.note(name, file.length);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        this.problem = error;
      }
    }
    if (dtype === 'F32') return map;
    const rounded = parseSafetensors(file, name).tensors.get('map')!.data as Float32Array<ArrayBuffer>;
    map.dispose();
    return tensor(map.device, rounded, { shape });
  }

  private async makeRoom(bytes: number): Promise<boolean> {
    if (this.problem) return false;
    const { maxBytes } = this.options;
    for (const name of [...this.held.keys()]) {
      if (this.bytes + bytes <= maxBytes) break;
      if (!name.startsWith(`${this.identity}-`)) await this.remove(name);
    }
    return this.bytes + bytes <= maxBytes;
  }

  private note(name: string, bytes: number): void {
    this.bytes += bytes - (this.held.get(name) ?? 0);
    this.held.set(name, bytes);
  }

  private async remove(name: string): Promise<void> {
    this.bytes -= this.held.get(name) ?? 0;
    this.held.delete(name);
    await unlink(join(this.options.folder, name)).catch(() => undefined);
  }
}

function checksum(dtype: 'F32' | 'F16' | string, data: Float32Array<ArrayBuffer>): string {
  return String(crc32(encodeElements(dtype === 'F16' ? 'F16' : 'F32', data)));
}

/** Names the convolutions: all that decides what map a picture gets. */
async function convolutionsKey({ network, preparation }: RegionNetwork): Promise<string> {
  const { features, input } = network.architecture;
  const hash = createHash('sha256').update(JSON.stringify([features, input]));
  for (const [name, weights] of network.features.stateDict())
    hash.update(`${name}\n`).update((await weights.data()) as Float32Array);
  const { mean } = preparation;
  hash.update(typeof mean === 'object' ? ((await mean.data()) as Float32Array) : String(mean));
  return hash.digest('hex').slice(0, 16);
}
