import { evaluateLabels } from '../../classify/evaluate.js';
import type { LabelEvaluation } from '../../classify/evaluate-label-lists.js';
import { textTable } from '../../report/text-table.js';
import { TIE_RULE } from '../../svm/ranking.js';
import { bestScored, type EvaluationKind, hundredths, reportedViews, scoresTable } from './kind.js';

/** Any number of classes per picture: average precision, class by class and its mean. */
export const multiLabelEvaluation: EvaluationKind<LabelEvaluation> = {
  evaluate: evaluateLabels,
  table: (found, classes) => {
    const perClass = classes.map((label, c) => [
      label,
      String(found[0]!.result.perClass[c]!.positives),
      ...found.flatMap(({ result }) => [
        hundredths(result.perClass[c]!.ap),
        hundredths(result.perClass[c]!.apAllPoints),
      ]),
    ]);
    const columns = found.flatMap(({ name }) => {
      const views = found.length > 1 ? `${name}: ` : '';
      return [`${views}AP %`, `${views}all-point %`];
    });
    return [scoresTable(found), `mAP: ${TIE_RULE}`, textTable(['class', 'positives', ...columns], perClass)].join(
      '\n\n',
    );
  },
  report: async (found, context) => {
    const { labelReport } = await import('../../report/label-report.js');
    const best = bestScored(found);
    return labelReport({
      ...context,
      ...reportedViews(found),
      perClass: best.result.perClass.map((own, c) => ({ label: context.classes[c]!, ...own })),
      perClassOf: `views ${best.name}`,
    });
  },
};
