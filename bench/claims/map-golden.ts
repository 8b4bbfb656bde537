/**
 * Average precision of detections against the printed results of another program (Cartucho/mAP at 3605865, its `input` folder and
 * `output/output.txt`). FOLDER holds `input/ground-truth`, `input/detection-results` and `expected_output.txt`:
 *
 *   node bench/run.mjs bench/claims/map-golden.ts FOLDER
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PixelBox } from '../../src/data/objects.js';
import { evaluateDetections, type JudgedPicture } from '../../src/detect/evaluation/evaluate-detections.js';

const folder = process.argv[2];
if (folder === undefined) throw new Error('give the folder with input and expected_output.txt');

const linesOf = async (path: string): Promise<string[][]> =>
  (await readFile(path, 'utf8')).split(/\r?\n/u).flatMap((line) => (line.trim() ? [line.trim().split(/\s+/u)] : []));

/** Corners as the files have them: both ends inside. */
function boxOf(corners: readonly string[]): PixelBox {
  const [x0, y0, x1, y1] = corners.map(Number);
  return { x0: x0!, y0: y0!, x1: x1! + 1, y1: y1! + 1 };
}

const truthFolder = join(folder, 'input', 'ground-truth');
const names = (await readdir(truthFolder)).filter((name) => name.endsWith('.txt')).sort();
const truths = await Promise.all(names.map((name) => linesOf(join(truthFolder, name))));
const classes = [...new Set(truths.flat().map(([label]) => label!))].sort();
const pictures = await Promise.all(
  names.map(async (name, index): Promise<JudgedPicture> => {
    const found = await linesOf(join(folder, 'input', 'detection-results', name));
    return {
      objects: truths[index]!.map(([label, ...rest]) => ({
        label: classes.indexOf(label!),
        box: boxOf(rest.slice(-4)),
        difficult: rest[0] === 'difficult',
        truncated: false,
      })),
      detections: found
        .map(([label, score, ...corners]) => {
          return { label: classes.indexOf(label!), score: Number(score), box: boxOf(corners) };
        })
        .filter(({ label }) => label >= 0),
    };
  }),
);

const { mapAll, perClass } = evaluateDetections(pictures, classes.length);
const expected = new Map(
  [
    ...(await readFile(join(folder, 'expected_output.txt'), 'utf8')).matchAll(
      /^([\d.]+)% = (\S+) AP|^mAP = ([\d.]+)%/gmu,
    ),
  ].map(([, ap, label, map]) => [label ?? 'mAP', ap ?? map!]),
);
const ours = new Map(classes.map((label, c) => [label, (100 * perClass[c]!.apAll).toFixed(2)]));
ours.set('mAP', (100 * mapAll).toFixed(2));
let wrong = 0;
for (const [label, ap] of ours) {
  const same = expected.get(label) === ap;
  wrong += Number(!same);
  console.log(`${label.padEnd(16)} ${ap.padStart(6)} %  ${same ? 'as printed there' : `there ${expected.get(label)}`}`);
}
console.log(`${pictures.length} pictures; ${ours.size - wrong} of ${expected.size} numbers are the same`);
if (wrong > 0 || ours.size !== expected.size) process.exitCode = 1;
