import { type Evaluation, evaluate } from '../../classify/evaluate.js';
import type { ViewsResult } from '../../report/types.js';
import { textTable } from '../table.js';
import { type EvaluationKind, type Found, hundredths, viewsOf } from './kind.js';

/** One class per picture: top-1, top-5, confusion. */
export const singleLabelEvaluation: EvaluationKind<Evaluation> = {
  evaluate,
  line: ({ name, result: { top1, top5, images, seconds } }) => ({
    ...{ views: viewsOf(name), top1, top5, images },
    seconds: Number(seconds.toFixed(3)),
  }),
  table: (found, classes) => {
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
    const header = ['views', 'a picture', 'top-1 %', 'top-5 %', 'per class %', 'images', 's', 'images/s'];
    return [textTable(header, rows), perClassTable(singleLabelEvaluation.best(found), classes)].join('\n\n');
  },
  best: (found) => found.reduce((a, b) => (b.result.top1 > a.result.top1 ? b : a)),
  report: async (found, context) => {
    const { evalReport } = await import('../../report/eval-report.js');
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

/** Classes shown from each end of the ranking. */
const ENDS = 5;

/** The classes known worst and best, each with the class that it is most often taken for. */
function perClassTable({ name, result }: Found<Evaluation>, classes: readonly string[]): string {
  const { perClass, confusion } = result;
  const count = perClass.length;
  const ranked = classes
    .map((label, c) => ({ label, share: perClass[c], row: [...confusion.subarray(c * count, (c + 1) * count)], c }))
    .filter(({ share }) => typeof share === 'number')
    .sort((a, b) => a.share! - b.share! || a.c - b.c);
  const middle = ranked.length - 2 * ENDS;
  const shown = middle > 0 ? [...ranked.slice(0, ENDS), ...ranked.slice(-ENDS)] : ranked;
  const rows = shown.map(({ label, share, row, c }) => {
    const others = row.map((pictures, other) => (other === c ? 0 : pictures));
    const most = Math.max(...others);
    const taken = most === 0 ? '-' : `${classes[others.indexOf(most)]} (${most})`;
    return [label, String(row.reduce((a, b) => a + b, 0)), hundredths(share!), taken];
  });
  const title = middle > 0 ? `views ${name}, worst and best ${ENDS} of ${ranked.length} classes` : `views ${name}`;
  return `${title}\n\n${textTable(['class', 'images', 'right %', 'most often taken for'], rows)}`;
}
