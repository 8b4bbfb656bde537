import { type Evaluation, evaluate } from '../../classify/evaluate.js';
import { evalReport } from '../../report/eval-report.js';
import type { ViewsResult } from '../../report/types.js';
import { textTable } from '../table.js';
import { type EvaluationKind, hundredths, viewsOf } from './kind.js';

/** One class a picture: top-1, top-5, confusion. */
export const singleLabelEvaluation: EvaluationKind<Evaluation> = {
  evaluate,
  line: ({ name, result: { top1, top5, images, seconds } }) => ({
    ...{ views: viewsOf(name), top1, top5, images },
    seconds: Number(seconds.toFixed(3)),
  }),
  table: (found) => {
    const rows = found.map(({ name, result: { top1, top5, meanPerClass, viewsPerImage, images, seconds } }) => [
      name,
      viewsPerImage.toFixed(1),
      hundredths(top1),
      hundredths(top5),
      hundredths(meanPerClass),
      String(images),
      seconds.toFixed(1),
      (images / seconds).toFixed(1),
    ]);
    return textTable(['views', 'a picture', 'top-1 %', 'top-5 %', 'per class %', 'images', 's', 'images/s'], rows);
  },
  best: (found) => found.reduce((a, b) => (b.result.top1 > a.result.top1 ? b : a)),
  report: (found, context) => {
    const best = singleLabelEvaluation.best(found);
    const count = context.classes.length;
    const { confusion } = best.result;
    return evalReport({
      ...context,
      views: found.map(({ name, result: { viewsPerImage, top1, top5, images, seconds } }): ViewsResult => {
        return { views: Math.round(viewsPerImage), name, top1, top5, images, seconds };
      }),
      confusion: Array.from({ length: count }, (_, i) => [...confusion.subarray(i * count, (i + 1) * count)]),
      confusionOf: `views ${best.name}`,
    });
  },
};
