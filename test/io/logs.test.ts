import { appendFileSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { crc32c, maskedCrc32c } from '../../src/io/crc32.js';
import { JsonlLog, readJsonl } from '../../src/io/jsonl.node.js';
import { readTfEvents, TfEventsWriter } from '../../src/io/tfevents.node.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from './temp-folder.js';

describe('crc32c', () => {
  it('gives the answers of RFC 3720', () => {
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
    expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
    expect(maskedCrc32c(new Uint8Array(0))).toBe(0xa282ead8);
  });
});

describe('JsonlLog', () => {
  it('appends across openings and removes a torn last line', async () => {
    const path = join(tempFolder(), 'run', 'log.jsonl');
    const first = await JsonlLog.open(path);
    await first.append({ step: 1, note: 'line\nbreak' });
    await first.close();
    appendFileSync(path, '{"step":2,"lo');
    expect(await readJsonl(path)).toEqual([{ step: 1, note: 'line\nbreak' }]);
    const second = await JsonlLog.open(path);
    await second.append({ step: 2 });
    await second.flush();
    await second.close();
    expect(await readJsonl(path)).toEqual([{ step: 1, note: 'line\nbreak' }, { step: 2 }]);
  });

  it('cuts off what a resumed run will write again', async () => {
    const path = join(tempFolder(), 'log.jsonl');
    writeFileSync(path, '{"step":1}\n{"step":2}\n{"step":3}\n');
    const log = await JsonlLog.open(path, (record) => (record as { step: number }).step <= 1);
    await log.append({ step: 2, again: true });
    await log.close();
    expect(await readJsonl(path)).toEqual([{ step: 1 }, { step: 2, again: true }]);
  });

  it('names the bad line', async () => {
    const path = join(tempFolder(), 'log.jsonl');
    writeFileSync(path, '{"step":1}\nnonsense\n');
    await expect(readJsonl(path)).rejects.toThrow(`${path}: line 2 is not valid JSON; repair or remove the file`);
    await expect(JsonlLog.open(path)).rejects.toBeInstanceOf(FileError);
    await expect(readJsonl(`${path}.none`)).rejects.toThrow(/no such file/);
  });
});

describe('TfEventsWriter', () => {
  it('writes framed records that read back', async () => {
    const folder = join(tempFolder(), 'run');
    const writer = await TfEventsWriter.open(folder);
    await writer.scalars(1, { loss: 2.5, 'top1/val': 0.25 }, 1000.5);
    await writer.scalars(300, { loss: 1.5 }, 1001);
    await writer.close();
    expect(await readTfEvents(writer.path)).toEqual([
      { wallTime: 1000.5, step: 1, scalars: { loss: 2.5, 'top1/val': 0.25 } },
      { wallTime: 1001, step: 300, scalars: { loss: 1.5 } },
    ]);
  });

  it('starts the file as TensorBoard wants it, byte by byte', async () => {
    const writer = await TfEventsWriter.open(tempFolder());
    await writer.close();
    const bytes = readFileSync(writer.path);
    expect(bytes.readBigUInt64LE(0)).toBe(24n);
    expect(bytes.readUInt32LE(8)).toBe(maskedCrc32c(bytes.subarray(0, 8)));
    expect(bytes[12]).toBe(0x09);
    expect(bytes.subarray(21, 36).toString()).toBe('\x1a\rbrain.Event:2');
    expect(bytes.readUInt32LE(36)).toBe(maskedCrc32c(bytes.subarray(12, 36)));
    expect(bytes.length).toBe(40);
  });

  it('resumes: a torn record and later steps go, the rest stays', async () => {
    const folder = tempFolder();
    const writer = await TfEventsWriter.open(folder);
    for (const step of [1, 2, 3]) await writer.scalars(step, { loss: step }, step);
    await writer.close();
    truncateSync(writer.path, readFileSync(writer.path).length - 3);
    const resumed = await TfEventsWriter.open(folder, 1);
    expect(resumed.path).toBe(writer.path);
    await resumed.scalars(2, { loss: 20 }, 2);
    await resumed.close();
    expect((await readTfEvents(writer.path)).map(({ step, scalars }) => [step, scalars.loss])).toEqual([
      [1, 1],
      [2, 20],
    ]);
  });

  it('completes a file with the records that a killed run did not write', async () => {
    const folder = tempFolder();
    const writer = await TfEventsWriter.open(folder);
    await writer.scalars(1, { loss: 1 });
    await writer.close();
    const history = [1, 2, 3].map((step) => ({ step, scalars: { loss: 10 * step } }));
    for (let times = 0; times < 2; times++) {
      const resumed = await TfEventsWriter.open(folder, 3);
      await resumed.complete(history);
      await resumed.close();
    }
    expect((await readTfEvents(writer.path)).map(({ step, scalars }) => [step, scalars.loss])).toEqual([
      [1, 1],
      [2, 20],
      [3, 30],
    ]);
    const lost = await TfEventsWriter.open(tempFolder(), 3);
    await lost.complete([...history.slice(0, 2), { step: 3, scalars: { map: null } }]);
    await lost.close();
    const found = await readTfEvents(lost.path);
    expect(found.map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(found[2]!.scalars).toEqual({ map: Number.NaN });
  });
});
