import { evaluate } from '../../classify/evaluate.js';
import type { Evaluation } from '../../classify/evaluate-classes.js';
import { textTable } from '../../report/text-table.js';
import { bestScored, type EvaluationKind, type Found, hundredths, reportedViews, scoresTable } from './kind.js';

/** One class per picture: scores, the classes known worst and best, confusion. */
export const singleLabelEvaluation: EvaluationKind<Evaluation> = {
  evaluate,
  table: (found, classes) => [scoresTable(found), perClassTable(bestScored(found), classes)].join('\n\n'),
  report: async (found, context) => {
    const { evalReport } = await import('../../report/eval-report.js');
    const best = bestScored(found);
    const count = context.classes.length;
    const { confusion } = best.result;
    return evalReport({
      ...context,
      ...reportedViews(found),
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
