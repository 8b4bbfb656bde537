/** ONNX files whose weights lie in files beside them, as PyTorch writes them by default since 2.9. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TensorDraft } from '../../src/io/onnx/schema.js';
import { openModel } from '../../src/models/open-model.node.js';
import { modelHash } from '../../src/models/weights-file.node.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from '../io/temp-folder.js';
import { testDevice } from '../setup/device.js';
import { Foreign, scoresOf } from './foreign-onnx.js';

type Places = Record<string, string>;

/** A network in `folder/net.onnx`; its weights lie in `location` beside it, where `place` tells each. */
async function written(
  folder: string,
  location: string | null,
  place = (all: { location: string; offset: number; length: number }): Places => ({
    ...{ location: all.location, offset: String(all.offset), length: String(all.length) },
  }),
): Promise<{ file: string; data: Buffer }> {
  const o = new Foreign();
  const map = o.node('Relu', 'relu', [o.conv('x', 3, 4, 3)]);
  const output = o.node('GlobalAveragePool', 'gap', [o.conv(map, 4, 5)]);
  let offset = 0;
  const parts: Uint8Array[] = [];
  const outside = o.weights.map((weight): TensorDraft => {
    const rawData = weight.rawData as Uint8Array;
    const entries = place({ location: location!, offset, length: rawData.length });
    offset += rawData.length;
    parts.push(rawData);
    const externalData = Object.entries(entries).map(([key, value]) => ({ key, value }));
    return { ...weight, rawData: undefined, dataLocation: 1, externalData };
  });
  if (location !== null) o.weights.splice(0, o.weights.length, ...outside);
  const file = join(folder, 'net.onnx');
  writeFileSync(file, await o.bytes(output));
  return { file, data: Buffer.concat(parts) };
}

async function scores(file: string): Promise<number[]> {
  const { network } = await openModel(file, await testDevice());
  const found = await scoresOf(network, [11, 9]);
  network.dispose();
  return found;
}

describe('weights in a file beside', () => {
  test('are read by their places, also in a folder below', async () => {
    const whole = await scores((await written(tempFolder(), null)).file);
    for (const location of ['net.onnx.data', 'weights/all.bin']) {
      const folder = tempFolder();
      mkdirSync(join(folder, 'weights'));
      const { file, data } = await written(folder, location);
      writeFileSync(join(folder, location), data);
      expect(await scores(file)).toEqual(whole);
    }
  });

  test.each<[string, string, Parameters<typeof written>[2], RegExp]>([
    ['is missing', 'none.data', undefined, /none\.data: no such file or folder; check the path/],
    ['is a folder', 'folder', undefined, /folder: is not a plain file/],
    ['is cut off', 'short.data', undefined, /short\.data: has 20 bytes, and .*net\.onnx wants those from 0 to 432/],
    ['is elsewhere', '../other/net.data', undefined, /which is not beside it; put that file into the same folder/],
    ['has an absolute path', '/etc/hostname', undefined, /hostname: no such file or folder/],
    [
      'has no sound place',
      'net.data',
      ({ location }) => ({ location, offset: '-4', length: '432' }),
      /tensor "conv0_w" has no sound place in "net\.data"/,
    ],
    [
      'has another length',
      'net.data',
      ({ location, offset }) => ({ location, offset: String(offset), length: '8' }),
      /tensor "conv0_w" of shape \[4,3,3,3\] has 2 elements/,
    ],
  ])('that %s is one line', async (_, location, place, message) => {
    const folder = tempFolder();
    const { file, data } = await written(folder, location, place);
    mkdirSync(join(folder, 'folder'));
    writeFileSync(join(folder, 'short.data'), data.subarray(0, 20));
    writeFileSync(join(folder, 'net.data'), data);
    await expect(scores(file)).rejects.toThrow(message);
    await expect(scores(file)).rejects.toThrow(FileError);
  });

  test('count for the hash of the model, which shards of one work share', async () => {
    const folder = tempFolder();
    const { file, data } = await written(folder, 'net.data');
    const hashes: string[] = [];
    for (const first of [1, 2]) {
      data[0] = first;
      writeFileSync(join(folder, 'net.data'), data);
      hashes.push(await modelHash(file));
    }
    expect(hashes[0]).not.toBe(hashes[1]);
  });
});
