import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateLabels } from '../../src/classify/evaluate.js';
import type { LabelEvaluation } from '../../src/classify/evaluate-label-lists.js';
import { classifyViews } from '../../src/classify/evaluator.js';
import { sigmoidRows } from '../../src/classify/scores.js';
import { modelProtocol } from '../../src/classify/views.js';
import { datasetOf, type ImageEntry } from '../../src/data/dataset.js';
import { ImageLoader } from '../../src/data/loader.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { averagePrecision } from '../../src/svm/average-precision.js';
import { Generator } from '../../src/tensor/generator.js';
import { Rng } from '../../src/tensor/rng.js';
import { testDevice } from '../setup/device.js';

const CLASSES = ['a', 'b', 'c', 'never'];
const architecture = buildArchitecture('small', { classes: 4, inputChannels: 3, width: 0.5, hidden: 32 });
const protocol = modelProtocol('10', architecture.input);
const COUNT = 14;

/** Presence of class c in picture i: all three values, but no positive of the last class. */
const presence = (i: number, c: number): number => (c === 3 ? -((i + 1) % 2) : ((i * [1, 2, 4][c]! + c) % 3) - 1);

function picture(i: number) {
  const rng = new Rng(11, [i, 0, 0]);
  const data = Uint8Array.from({ length: 40 * 36 * 3 }, () => rng.int(256));
  return { width: 40, height: 36, data };
}

const entries = Array.from({ length: COUNT }, (_, i): ImageEntry => {
  return { id: `${i}`, label: -1, labels: CLASSES.map((__, c) => presence(i, c)) };
});
const loaderOf = (list: readonly ImageEntry[]) =>
  new ImageLoader(datasetOf('noise', CLASSES, list, picture), { batchSize: 5, seed: 0, shuffle: false });

let network: Network;
let result: LabelEvaluation;

beforeAll(async () => {
  network = new Network(architecture, { device: await testDevice(), generator: new Generator(5) });
  result = await evaluateLabels(network, loaderOf(entries), protocol);
});
afterAll(() => network?.dispose());

describe('sigmoidRows', () => {
  it('is stable and independent', () => {
    const [low, zero, high, nan] = sigmoidRows([-800, 0, 800, Number.NaN]);
    expect([low, zero, high, nan]).toEqual([0, 0.5, 1, Number.NaN]);
    expect(sigmoidRows([-40])[0]).toBeCloseTo(Math.exp(-40), 25);
  });
});

describe('evaluateLabels', () => {
  it('averages sigmoids over views', async () => {
    const images = entries.slice(0, 3).map((_, i) => picture(i));
    const { scores } = await classifyViews(network, images, protocol, { labels: 'multi' });
    expect(result.viewsPerImage).toBe(6); // ten, less those that coincide along the shorter side
    for (const [i, score] of scores.entries()) expect(result.scores[i]).toBeCloseTo(score, 6);
    // Softmax would make them add up to 1.
    expect(scores.reduce((a, b) => a + b)).toBeGreaterThan(3.5);
  });

  it('gives the average precision of each class; one without a positive is left out of the mean', () => {
    const own = (c: number) => [
      entries.map((_, i) => result.scores[i * CLASSES.length + c]!),
      entries.map((_, i) => presence(i, c)),
    ];
    const expected = [0, 1, 2].map((c) => averagePrecision(own(c)[0]!, own(c)[1]!, 'allPoint'));
    expect(result.perClass.slice(0, 3).map(({ apAllPoints }) => apAllPoints)).toEqual(expected);
    expect(result.mapAllPoints).toBeCloseTo(expected.reduce((a, b) => a + b) / 3, 12);
    expect(result.perClass[3]).toEqual({ ap: Number.NaN, apAllPoints: Number.NaN, positives: 0 });
    expect(result.map).toBeCloseTo([0, 1, 2].reduce((sum, c) => sum + result.perClass[c]!.ap, 0) / 3, 12);
  });

  it('gives the loss of the classes that count, mean over pictures', () => {
    const losses = entries.map((_, i) =>
      CLASSES.reduce((sum, __, c) => {
        const p = result.scores[i * CLASSES.length + c]!;
        const value = presence(i, c);
        return value === 0 ? sum : sum - Math.log(value > 0 ? p : 1 - p);
      }, 0),
    );
    expect(result.loss).toBeCloseTo(losses.reduce((a, b) => a + b) / COUNT, 10);
  });

  it('names a picture without the list of the classes', async () => {
    const lacking = loaderOf([{ id: 'x', label: 0 }]);
    await expect(evaluateLabels(network, lacking, protocol)).rejects.toThrow(
      'x: has no list of classes, the model scores 4',
    );
    const short = loaderOf([{ id: 'y', label: 0, labels: [1, -1] }]);
    await expect(evaluateLabels(network, short, protocol)).rejects.toThrow('y: has 2 classes, the model scores 4');
  });
});
