import { checkFeatureItem, type FeatureItem } from '../../detect/run/feature-shard.node.js';
import { runJson } from '../../detect/run/run-folder.node.js';
import { mapsDone } from '../../detect/run/train-detector.node.js';
import { concatArrays } from '../../runtime/concat-arrays.js';
import { SppgpuError } from '../../runtime/errors.js';
import { averageShards } from '../../work/replica-shard.node.js';
import { type FileSum, type ShardFile, writeSummed } from '../../work/shard-file.node.js';
import { isRecord } from '../../work/shard-head.js';
import type { ShardSet } from '../../work/shard-set.node.js';
import { judge, testJson } from '../detect/judgement.js';
import { restored, type TestedPicture, testedDataset } from '../detect/tested-pictures.js';
import { type JudgedPicture, judgePictures } from '../evaluation/judged-pictures.js';
import { scoresLine } from '../evaluation/kind.js';
import { type FeatureDescription, type FeatureEntry, saveFeatures } from '../feature-file.js';
import { type ProposedPicture, recallText } from '../proposals/output.js';
import { RunRecall } from '../proposals/recall-of-run.js';
import type { TrialResult } from '../sweep/run-trial.js';
import { writeTable } from '../sweep/table.js';

/** How the shards of a command become what the command writes when it does all of the work itself. */
export interface Merger {
  /** Writes the result, atomically. */
  merge(set: ShardSet, out: string): Promise<FileSum>;
  /**
   * Whether the command succeeds where pictures were left out: then there may be a certain share of them, `maxUnreadable`; else
   * it does all other work and fails at the end.
   */
  readonly forgives: boolean;
}

/** By command, as a shard's head names it. */
export const MERGERS: Readonly<Record<string, Merger>> = {
  features: { merge: mergeFeatures, forgives: true },
  predict: { merge: mergePredictions, forgives: false },
  propose: { merge: mergeProposals, forgives: false },
  eval: { merge: mergeEvaluations, forgives: true },
  'detect test': { merge: mergeTests, forgives: false },
  'detect train': { merge: mergeFeatureStage, forgives: true },
  sweep: { merge: mergeSweep, forgives: false },
  train: { merge: averageShards, forgives: false },
};

/** Commands that people cut into shards; the rounds of `train --replicas` are cut by the run itself. */
export const SHARDED = Object.keys(MERGERS).filter((name) => name !== 'train');

/** The command that words begin with, if it has shards. */
export function shardedCommand(words: readonly string[]): string | undefined {
  return Object.keys(MERGERS).find((name) => `${words.join(' ')} `.startsWith(`${name} `));
}

/** Lines of all shards, in order. */
async function allLines<T extends object | string>({ shards }: ShardSet): Promise<T[]> {
  const lines: T[] = [];
  for (const shard of shards) for (const line of await linesOf<T>(shard)) lines.push(line);
  return lines;
}

/** Values of a shard's lines. Their checksum was right, so they are what this program has written. */
async function linesOf<T extends object | string>(shard: ShardFile): Promise<T[]> {
  const lines = await shard.lines();
  if (lines.every((line) => typeof line === 'string' || isRecord(line))) return lines as T[];
  throw new SppgpuError(`${shard.path}: its lines are of another program; run its shard again`);
}

async function mergeFeatures(set: ShardSet, out: string): Promise<FileSum> {
  const entries = await allLines<FeatureEntry>(set);
  const dimensions = new Set(set.shards.flatMap(({ head }) => head.about.dimension ?? []));
  if (dimensions.size === 0)
    throw new SppgpuError('features: no picture was readable; repair the files or give others');
  if (dimensions.size > 1) {
    const [one, other] = dimensions;
    throw new SppgpuError(
      `features: vectors have ${one} values for one picture and ${other} for another; use --mode crop or warp, or a pooled layer such as spp`,
    );
  }
  const [dimension] = dimensions as Set<number>;
  const rows = (async function* () {
    for (const shard of set.shards) yield* shard.rowPieces();
  })();
  return saveFeatures(out, rows, dimension!, entries, set.head.options as unknown as FeatureDescription);
}

async function mergePredictions({ head, shards }: ShardSet, out: string): Promise<FileSum> {
  return writeSummed(
    out,
    (async function* () {
      yield Buffer.from(String(head.options.head));
      for (const shard of shards) yield Buffer.from((await linesOf<string>(shard)).join(''));
    })(),
  );
}

async function mergeProposals({ head, shards }: ShardSet, out: string): Promise<FileSum> {
  const recall = new RunRecall();
  return writeSummed(
    out,
    (async function* () {
      for (const shard of shards) {
        const boxes = new Float32Array((await shard.rows()).buffer);
        let at = 0;
        for (const { text, objects, boxes: count = 0 } of await linesOf<ProposedPicture>(shard)) {
          yield Buffer.from(text);
          if (objects) recall.add({ boxes: boxes.subarray(at, at + 4 * count), seconds: 0 }, objects);
          at += 4 * count;
        }
      }
      if (head.options.recall) yield Buffer.from(recallText(recall, true));
    })(),
  );
}

async function mergeEvaluations(set: ShardSet, out: string): Promise<FileSum> {
  const { protocols, count: classes } = set.head.options as {
    readonly protocols: readonly { readonly name: string }[];
    readonly count: number;
  };
  const pictures = await allLines<JudgedPicture>(set);
  if (pictures.length === 0) throw new SppgpuError('eval: no picture was readable; check the data set');
  // The scores of a shard stand protocol by protocol, as its lines do.
  const scores = new Map<string, Float64Array[]>(protocols.map(({ name }) => [name, []]));
  for (const shard of set.shards) {
    const rows = new Float64Array((await shard.rows()).buffer);
    for (const [i, { views }] of (await linesOf<JudgedPicture>(shard)).entries()) {
      scores.get(views)?.push(rows.subarray(i * classes, (i + 1) * classes));
    }
  }
  const lines = protocols.map(({ name }) => {
    const own = pictures.filter(({ views }) => views === name);
    const result = judgePictures(own, concatArrays(Float64Array, scores.get(name)!), classes);
    return `${JSON.stringify(scoresLine({ name, result }))}\n`;
  });
  return writeSummed(out, lines.join(''));
}

async function mergeTests(set: ShardSet, out: string): Promise<FileSum> {
  const { name, classes, detectors } = set.head.options as {
    readonly name: string;
    readonly classes: readonly string[];
    readonly detectors: readonly string[];
  };
  const pictures = await allLines<TestedPicture>(set);
  const dataset = testedDataset(name, classes, pictures);
  const judged = (found: (picture: TestedPicture) => TestedPicture['together']) =>
    judge(
      dataset,
      pictures.map((picture) => restored(found(picture))),
    );
  const together = judged((picture) => picture.together);
  const alone = detectors.map((_, i) => judged((picture) => picture.alone[i]!));
  return writeSummed(out, `${JSON.stringify(testJson(together, alone, detectors))}\n`);
}

/** The windows and maps lie in the run's folder already: what is written is the run's own mark that they are all there. */
async function mergeFeatureStage(set: ShardSet, out: string): Promise<FileSum> {
  const { run, pictures } = set.head.options as { readonly run: string; readonly pictures: number };
  for (const item of await allLines<FeatureItem>(set)) await checkFeatureItem(run, item);
  return writeSummed(out, runJson(mapsDone(pictures)));
}

async function mergeSweep(set: ShardSet, out: string): Promise<FileSum> {
  return writeTable(await allLines<TrialResult>(set), set.head.options.words as readonly string[], out);
}
