import { betterFirst } from '../../svm/ranking.js';
import type { DetectionEvaluation, JudgedPicture } from './evaluate-detections.js';
import { FAILURE_KINDS, type Failure, type FailureKind } from './failures.js';

/** Of the best detections of a class, as many as it has objects: how many are right, and what the others are. */
export type Breakdown = Readonly<Record<'right' | Exclude<FailureKind, 'missed'>, number>>;

/**
 * What the surest detections of each class are, after Hoiem et al. (ECCV 2012): of a class with N objects the first N, and those
 * as sure as the last of them. Detections on difficult objects are not counted.
 */
export function breakdownOf(
  pictures: readonly JudgedPicture[],
  { perClass, matches }: DetectionEvaluation,
  failures: readonly Failure[],
): Breakdown[] {
  const wrong = new Map(failures.flatMap(({ detection, kind }) => (detection ? [[detection, kind] as const] : [])));
  return perClass.map(({ positives }, label) => {
    const own = pictures.flatMap(({ detections }, picture) =>
      detections.filter((one, place) => one.label === label && matches[picture]![place]!.outcome !== 'ignored'),
    );
    own.sort((a, b) => betterFirst(a.score, b.score));
    const last = own[Math.min(positives, own.length) - 1];
    const first = last ? own.filter(({ score }) => betterFirst(score, last.score) <= 0) : [];
    const count = (kind: FailureKind | undefined): number => first.filter((one) => wrong.get(one) === kind).length;
    const kinds = FAILURE_KINDS.filter((kind) => kind !== 'missed');
    return { right: count(undefined), ...Object.fromEntries(kinds.map((kind) => [kind, count(kind)])) } as Breakdown;
  });
}
