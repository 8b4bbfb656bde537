import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeImage } from '../../src/data/decode.js';
import { writeFileAtomic } from '../../src/io/atomic.node.js';
import { readJsonl } from '../../src/io/jsonl.node.js';
import { parseSafetensors, serializeSafetensors } from '../../src/io/safetensors.js';
import { loadSafetensors, saveSafetensors } from '../../src/io/safetensors.node.js';
import { FileError } from '../../src/runtime/errors.js';
import { tensor } from '../../src/tensor/create.js';
import { testDevice } from '../setup/device.js';
import { tempFolder } from './temp-folder.js';

/** As a JavaScript program would: no type stands in the way. */
const untyped = (value: unknown) => value as never;

test('a Tensor where bytes, data or a path belong is a TypeError, not a fault of a file', async () => {
  const x = tensor(await testDevice(), [1, 2]);
  const path = join(tempFolder(), 'x');
  expect(() => parseSafetensors(untyped(x))).toThrow(
    new TypeError('parseSafetensors: takes the bytes of a file as a Uint8Array, not Tensor'),
  );
  expect(() => serializeSafetensors([['x', { shape: [2], data: untyped(x) }]])).toThrow(
    /^safetensors: data cannot be Tensor; give a Float32Array/,
  );
  expect(() => serializeSafetensors([['x', { shape: [2], data: untyped(Float64Array.of(1, 2)) }]])).toThrow(TypeError);
  await expect(saveSafetensors(path, [['x', { shape: [2], data: untyped(x) }]])).rejects.toThrow(TypeError);
  for (const mistake of [x, undefined, 'text', {}, Promise.resolve(new Map())])
    await expect(saveSafetensors(path, untyped(mistake))).rejects.toThrow(
      /^saveSafetensors: .* is no state; give the awaited/,
    );
  await expect(decodeImage(untyped(x), path)).rejects.toThrow(TypeError);
  await expect(writeFileAtomic(path, untyped(x))).rejects.toThrow(TypeError);
  await expect(writeFileAtomic(path, untyped([x]))).rejects.toThrow(TypeError);
  await expect(writeFileAtomic(untyped(x), 'text')).rejects.toThrow(TypeError);
  await expect(loadSafetensors(untyped(x))).rejects.toThrow(TypeError);
  await expect(readJsonl(untyped(x))).rejects.toThrow(TypeError);
});

test('faults of files stay file errors: a name with NUL, a part that fails while it is made', async () => {
  const folder = tempFolder();
  await expect(readJsonl(join(folder, 'a\0b'))).rejects.toThrow(FileError);
  await expect(readJsonl(join(folder, 'none'))).rejects.toThrow(FileError);
});
