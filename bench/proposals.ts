/**
 * Selective Search here and in OpenCV on the same annotated pictures, in turns, each on one core:
 * `node bench/run.mjs bench/proposals.ts VOCdevkit/VOC2012 val [EVERY]`; EVERY takes each so many-th picture only. Needs a Python with
 * cv2.ximgproc (Debian: python3-opencv); PYTHON=... picks one. Times are processor time (user): other work on the machine does not count.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openDetectionSet } from '../src/data/detection-set.node.js';
import { PROPOSAL_METHODS } from '../src/detect/proposals/methods.js';
import { RecallMeter } from '../src/detect/proposals/recall.js';
import type { Picture } from '../src/picture/picture.js';
import { textTable } from '../src/report/text-table.js';

const [, , voc, set, every = '1'] = process.argv;
if (!voc || !set) {
  console.error('usage: node bench/run.mjs bench/proposals.ts VOC_FOLDER SET [EVERY]');
  process.exit(2);
}

const MIN_SIDE = 20;

interface Found {
  readonly boxes: Float32Array;
  readonly seconds: number;
}

/** A way to find windows, by its name in the table. */
interface Contender {
  readonly name: string;
  find(picture: Picture, path: string): Found | Promise<Found>;
}

const python = spawn(
  process.env.PYTHON ?? 'python3',
  [fileURLToPath(new URL('peers/opencv_selective_search.py', import.meta.url))],
  { stdio: ['pipe', 'pipe', 'inherit'] },
);
const replies = createInterface({ input: python.stdout })[Symbol.asyncIterator]();

const opencv = (name: string, k: number, step: number): Contender => ({
  name,
  async find(_, path) {
    python.stdin.write(`${JSON.stringify({ path, k, step, minSide: MIN_SIDE })}\n`);
    const { value, done } = await replies.next();
    if (done) throw new Error('OpenCV ended: see its lines above');
    const { boxes, seconds } = JSON.parse(value) as { boxes: number[][]; seconds: number };
    return { boxes: Float32Array.from(boxes.flat()), seconds };
  },
});

const ours = ({ name, propose }: (typeof PROPOSAL_METHODS)[number]): Contender => ({
  name: `sppgpu ${name}`,
  find(picture) {
    const start = process.cpuUsage();
    const { boxes } = propose(picture);
    const { user, system } = process.cpuUsage(start);
    return { boxes, seconds: (user + system) / 1e6 };
  },
});

const contenders: readonly Contender[] = [
  ...PROPOSAL_METHODS.filter(({ name }) => !name.includes('quality')).map(ours),
  opencv('OpenCV fast (k 150, 300, 450)', 150, 150),
  opencv('OpenCV fast (k 50, 100, 150)', 50, 50),
];

const LIMITS = [100, 500, 1000, 1100, 2000, Infinity];
const { dataset } = await openDetectionSet({ voc, set });
const meters = contenders.map(() => new RecallMeter({ limits: LIMITS }));
const seconds: number[][] = contenders.map(() => []);
for (let index = 0; index < dataset.length; index += Number(every)) {
  const { image, path, objects } = await dataset.item(index);
  for (const [i, contender] of contenders.entries()) {
    const found = await contender.find(image, path!);
    meters[i]!.add(found.boxes, objects!);
    seconds[i]!.push(found.seconds);
  }
  console.error(`${index + 1}/${dataset.length}`);
}
python.stdin.end();

const share = (value: number): string => (100 * value).toFixed(1);
const middle = (values: readonly number[]): string => values.toSorted((a, b) => a - b)[values.length >> 1]!.toFixed(2);
const rows = contenders.flatMap(({ name }, i) =>
  meters[i]!.rows().map(({ limit, boxes, recall50, recall70, mabo }) => [
    ...[name, limit === Infinity ? 'all' : String(limit), boxes.toFixed(0)],
    ...[share(recall50), share(recall70), share(mabo), middle(seconds[i]!)],
  ]),
);
const objects = meters[0]!.rows()[0]!.objects;
console.log(textTable(['method', 'first', 'windows', 'recall@0.5 %', 'recall@0.7 %', 'MABO %', 'median s'], rows));
console.log(
  `\n${seconds[0]!.length} pictures of ${dataset.name}, ${objects} objects; windows of at least ${MIN_SIDE} pixels`,
);
