/** Training of edge nets: it learns, resumes in the same bits, and survives bad pictures and bad checkpoints. */

import { describe, expect, test } from 'vitest';
import type { BoundarySet } from '../../../src/data/boundary-set.js';
import { edgeDescription, edgeNetOf } from '../../../src/detect/edges/edge-file.js';
import { FileError } from '../../../src/runtime/errors.js';
import { EDGE_RECIPE, type EdgeRecipe } from '../../../src/train/edges/edge-recipe.js';
import { type EdgeSessionSettings, trainEdgesIn } from '../../../src/train/edges/edge-session.js';
import { MemoryStore } from '../../../src/train/run-store.js';
import { pictureOf } from '../../detect/edges/drawn.js';
import { testDevice } from '../../setup/device.js';

/** Bright boxes on dark ground, marked by everybody. */
const boxes: BoundarySet = {
  name: 'boxes',
  length: 5,
  id: (index) => `${index}.png`,
  load: async (index) => {
    const [left, top] = [6 + 2 * index, 8 + index];
    const inside = (x: number, y: number) => x >= left && x < left + 20 && y >= top && y < top + 20;
    const image = pictureOf(48, 40, (x, y) => (inside(x, y) ? [220, 200, 60] : [40, 50, 60]));
    const marked = Uint8Array.from({ length: 48 * 40 }, (_, i) => {
      const [x, y] = [i % 48, Math.floor(i / 48)];
      const edge = inside(x, y) && !(inside(x - 1, y) && inside(x + 1, y) && inside(x, y - 1) && inside(x, y + 1));
      return edge ? 255 : 0;
    });
    return { image, marked };
  },
};

const recipe: EdgeRecipe = { ...EDGE_RECIPE, epochs: 3, batchSize: 2, crop: 32, lr: 0.01 };

const settings = async (more: Partial<EdgeSessionSettings> = {}): Promise<EdgeSessionSettings> => ({
  device: await testDevice(),
  pictures: boxes,
  recipe,
  resume: true,
  ...more,
});

/** Runs to the end, or until `steps` are done. */
async function run(store: MemoryStore, more: Partial<EdgeSessionSettings> = {}, steps = Number.POSITIVE_INFINITY) {
  const stop = new AbortController();
  const onStep = (done: number) => done >= steps && stop.abort();
  const { net, ...result } = await trainEdgesIn(store, await settings({ signal: stop.signal, onStep, ...more }));
  net.dispose();
  return result;
}

/** Weights and optimizer of a store, as bits. */
const bits = ({ checkpoint }: MemoryStore) =>
  [...checkpoint!.tensors].map(([name, { data }]) => [name, ...new Uint32Array(data.buffer)]);

describe('trainEdgesIn', () => {
  test('a run that was stopped within an epoch, and between two, ends in the same bits', async () => {
    const straight = new MemoryStore();
    const { finished, history } = await run(straight);
    expect(finished).toBe(true);
    expect(history.map(({ epoch, crops }) => [epoch, crops])).toEqual([
      [0, 5],
      [1, 5],
      [2, 5],
    ]);
    const halting = new MemoryStore();
    for (const steps of [2, 3, 7]) expect((await run(halting, {}, steps)).finished).toBe(false);
    const last = await run(halting);
    expect(last.finished).toBe(true);
    expect(bits(halting)).toEqual(bits(straight));
    expect(last.history.map(({ loss }) => loss)).toEqual(history.map(({ loss }) => loss));
    // Finished runs stay as they are.
    expect((await run(halting)).history).toEqual(last.history);
  });

  test('a run may go further, or less far, than it was meant to at first', async () => {
    const store = new MemoryStore();
    await run(store, {}, 2);
    expect((await run(store, { recipe: { ...recipe, epochs: 1 } })).history).toHaveLength(1);
    const further = await run(store, { recipe: { ...recipe, epochs: 2 } });
    expect(further.history.map(({ epoch }) => epoch)).toEqual([0, 1]);
  });

  test('it learns', async () => {
    const { history } = await run(new MemoryStore(), { recipe: { ...recipe, epochs: 25 } });
    expect(history.at(-1)!.loss).toBeLessThan(0.6 * history[0]!.loss);
  });

  test('a picture that cannot be read is left out, in every epoch; the others train', async () => {
    const broken: BoundarySet = {
      ...boxes,
      load: async (index) => {
        if (index === 2) throw new FileError('2.png', 'is damaged', 'replace it');
        return boxes.load(index);
      },
    };
    const left: string[] = [];
    const onUnreadable = ({ path }: FileError) => left.push(path);
    const { history } = await run(new MemoryStore(), { pictures: broken, onUnreadable });
    expect(history.map(({ crops }) => crops)).toEqual([4, 4, 4]);
    expect(left).toEqual(['2.png', '2.png', '2.png']);
  });

  test('pictures without a boundary do no harm', async () => {
    const empty: BoundarySet = {
      ...boxes,
      load: async (index) => ({ image: (await boxes.load(index)).image, marked: new Uint8Array(48 * 40) }),
    };
    const { history } = await run(new MemoryStore(), { pictures: empty });
    expect(history.every(({ loss }) => loss === 0)).toBe(true);
  });

  test('a checkpoint of another run, or a damaged one, is refused and stays', async () => {
    const store = new MemoryStore();
    await run(store, {}, 1);
    const { checkpoint } = store;
    await expect(run(store, { recipe: { ...recipe, crop: 48 } })).rejects.toThrow(/trained with crop 32, not 48/);
    await expect(run(store, { pictures: { ...boxes, length: 4 } })).rejects.toThrow(/5 pictures .* 4 pictures/);
    expect(store.checkpoint).toBe(checkpoint);
    const { tensors, metadata } = checkpoint!;
    const damaged = [
      { tensors, metadata: { ...metadata, format: 'else' } },
      { tensors, metadata: { ...metadata, sppgpu: '{' } },
      { tensors, metadata: { ...metadata, sppgpu: '{"widths":{"down":[1,2],"up":[1]}}' } },
      { tensors: new Map([...tensors].slice(1)), metadata },
    ];
    for (const one of damaged) await expect(run(new MemoryStore(one))).rejects.toThrow(FileError);
  });

  test('numbers that are no longer finite end the run with a line, and are not saved', async () => {
    const store = new MemoryStore();
    await expect(run(store, { recipe: { ...recipe, lr: 1e30 } })).rejects.toThrow(/diverged/);
    expect(store.checkpoint).toBeNull();
  });
});

describe('edgeNetOf', () => {
  test('makes the net of a checkpoint, and refuses weights of another', async () => {
    const store = new MemoryStore();
    await run(store, {}, 1);
    const device = await testDevice();
    const { tensors, metadata } = store.checkpoint!;
    const description = edgeDescription(metadata, 'file');
    using net = edgeNetOf(device, description, tensors, 'file');
    const first = [...net.stateDict()][0]!;
    expect(await first[1].data()).toEqual(tensors.get(`model.${first[0]}`)!.data);
    const other = { ...description, widths: { down: [4, 4], up: [4] } };
    expect(() => edgeNetOf(device, other, tensors, 'file')).toThrow(/^file: stages\.0\.first\.weight has shape/);
    for (const widths of [null, { down: [1e9, 4], up: [4] }, { down: [4], up: [] }, { down: [4, 4, 4], up: [4] }]) {
      const text = JSON.stringify({ widths });
      expect(() => edgeDescription({ format: metadata.format!, sppgpu: text }, 'file')).toThrow(FileError);
    }
  });
});
