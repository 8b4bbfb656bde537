import { noGrad } from '../../autograd/mode.js';
import { warpView } from '../../data/augment.js';
import type { ImageItem } from '../../data/dataset.js';
import { correctOf, isRight, shapeBuckets, sizeBuckets } from '../../demo/buckets.js';
import type { Verdict } from '../../demo/evaluate-digits.js';
import type { Network } from '../../models/network.js';
import { profileModel } from '../../models/profile.js';
import { preparePictures } from '../../ops/prepare-pictures.js';
import type { DemoEpoch, DemoNet, Lead, Leads, PyramidExample, Sample } from '../../report/types.js';
import { scope } from '../../tensor/scope.js';

/** One net's part of the demo's report. */
export function demoNet(
  name: string,
  network: Network,
  verdicts: readonly Verdict[],
  epochs: readonly DemoEpoch[],
  seconds: number,
): DemoNet {
  const classes = network.architecture.classes;
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const { item, predicted } of verdicts) confusion[item.label]![predicted]!++;
  return {
    name,
    correct: correctOf(verdicts),
    total: verdicts.length,
    parameters: profileModel(network.architecture).parameters,
    seconds,
    epochs: [...epochs],
    bySize: sizeBuckets(verdicts),
    byAspect: shapeBuckets(verdicts),
    confusion,
  };
}

/** How often only one of the nets was right, in all and in the same buckets. */
export function leadsOf(spp: readonly Verdict[], fixed: readonly Verdict[]): Leads {
  const rightOfFixed = new Map(fixed.map((verdict) => [verdict.item.id, isRight(verdict)]));
  const onlySpp = (verdict: Verdict) => isRight(verdict) && !rightOfFixed.get(verdict.item.id);
  const onlyFixed = (verdict: Verdict) => !isRight(verdict) && rightOfFixed.get(verdict.item.id)!;
  const pair = (bucketsOf: typeof sizeBuckets): Lead[] => {
    const [a, b] = [bucketsOf(spp, onlySpp), bucketsOf(spp, onlyFixed)];
    return a.map(({ label, correct, total }, i) => ({ label, onlySpp: correct, onlyFixed: b[i]!.correct, total }));
  };
  return {
    all: {
      label: 'all',
      onlySpp: spp.filter(onlySpp).length,
      onlyFixed: spp.filter(onlyFixed).length,
      total: spp.length,
    },
    bySize: pair(sizeBuckets),
    byAspect: pair(shapeBuckets),
  };
}

function sampleOf({ item, predicted, probability }: Verdict, classes: readonly string[]): Sample {
  return { image: item.image, label: classes[item.label]!, prediction: classes[predicted]!, probability };
}

/** A few right answers spread over sizes, and the mistakes the net was surest of. */
export function pickSamples(
  verdicts: readonly Verdict[],
  classes: readonly string[],
  count: number,
): { samples: Sample[]; mistakes: Sample[] } {
  const area = ({ item }: Verdict) => item.image.width * item.image.height;
  const sorted = [...verdicts].sort((a, b) => area(a) - area(b) || (a.item.id < b.item.id ? -1 : 1));
  const samples = Array.from(
    { length: Math.min(count, sorted.length) },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / count)]!,
  );
  const mistakes = verdicts
    .filter(({ item, predicted }) => item.label !== predicted)
    .sort((a, b) => b.probability - a.probability);
  return {
    samples: samples.map((verdict) => sampleOf(verdict, classes)),
    mistakes: mistakes.slice(0, count).map((verdict) => sampleOf(verdict, classes)),
  };
}

/** The last map of a picture: the channel with the strongest response. */
export async function pyramidExample(network: Network, item: ImageItem): Promise<PyramidExample> {
  const { width, height } = item.image;
  const { device } = network.parameters()[0]!;
  const map = noGrad(() =>
    scope(() =>
      network.features.forward(
        preparePictures(device, [item.image], [warpView(width, height, height, width)], network.architecture.input),
      ),
    ),
  );
  const [, channels, rows, columns] = map.shape as [number, number, number, number];
  const values = (await map.data()) as Float32Array;
  map.dispose();
  const cells = rows * columns;
  const spread = (channel: number) => {
    const plane = values.subarray(channel * cells, (channel + 1) * cells);
    const mean = plane.reduce((sum, value) => sum + value, 0) / cells;
    return plane.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  };
  const channel = Array.from({ length: channels }, (_, i) => i).sort((a, b) => spread(b) - spread(a))[0]!;
  return {
    image: item.image,
    map: { width: columns, height: rows, values: Array.from(values.subarray(channel * cells, (channel + 1) * cells)) },
    channel,
    caption: `a ${item.label} of ${width} x ${height} pixels, its map ${columns} x ${rows} cells`,
  };
}
