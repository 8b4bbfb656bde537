import { availableParallelism } from 'node:os';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import { median } from '../harness.js';
import { loader } from './loader.node.js';
import type { OwnCase, Way, WayFacts } from './own-case.js';
import { views } from './views.js';

export const OWN_CASES: readonly OwnCase[] = [views, loader];

/** One line a way; `ratio` is its `ms` over the first way's. */
export interface OwnLine extends WayFacts {
  readonly family: string;
  readonly case: string;
  readonly way: string;
  readonly ms: number;
  readonly spread: readonly [number, number];
  readonly imagesPerSecond: number;
  readonly imagesPerSecondPerWorker?: number;
  readonly ratio: number;
  /** The first run: compilation included. */
  readonly coldMs: number;
  readonly adapter: string;
  readonly ok: boolean;
  readonly problem?: string;
}

const MOST_ROUNDS = 15;

async function timed(way: Way): Promise<number> {
  const start = performance.now();
  await way.run();
  return performance.now() - start;
}

/** Times the ways in turns, so that a change of the machine's load meets all. `budgetMs` is for each way. */
export async function runOwnCase(ownCase: OwnCase, device: Device | null, budgetMs: number): Promise<OwnLine[]> {
  const { family, name, images, withoutDevice } = ownCase;
  const adapter = withoutDevice ? `CPU, ${availableParallelism()} threads` : device!.info.name;
  const about = { family, case: name, adapter };
  try {
    return await ownCase.with(device, async (ways) => {
      const colds: number[] = [];
      for (const way of ways) colds.push(await timed(way));
      const samples: number[][] = ways.map(() => []);
      const start = performance.now();
      do for (const [i, way] of ways.entries()) samples[i]!.push(await timed(way));
      while (samples[0]!.length < MOST_ROUNDS && performance.now() - start < budgetMs * ways.length);
      return ways.map(({ way, facts }, i) => {
        const ms = median(samples[i]!);
        const imagesPerSecond = (1000 * images) / ms;
        return {
          ...about,
          way,
          ms,
          spread: [Math.min(...samples[i]!), Math.max(...samples[i]!)] as const,
          imagesPerSecond,
          ...(facts.workers ? { imagesPerSecondPerWorker: imagesPerSecond / facts.workers } : {}),
          ...facts,
          ratio: ms / median(samples[0]!),
          coldMs: colds[i]!,
          ok: true,
        };
      });
    });
  } catch (error) {
    if (!(error instanceof SppgpuError)) throw error;
    const nothing = {
      ms: Number.NaN,
      spread: [Number.NaN, Number.NaN] as const,
      imagesPerSecond: 0,
      ratio: Number.NaN,
    };
    return [{ ...about, way: '', ...nothing, coldMs: Number.NaN, ok: false, problem: error.message }];
  }
}
