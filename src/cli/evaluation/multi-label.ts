import { evaluateLabels, type LabelEvaluation } from '../../classify/evaluate-labels.js';
import { betterFirst, TIE_RULE } from '../../svm/ranking.js';
import { textTable } from '../table.js';
import { type EvaluationKind, hundredths, viewsOf } from './kind.js';

/** Any number of classes a picture: average precision, class by class and its mean. */
export const multiLabelEvaluation: EvaluationKind<LabelEvaluation> = {
  evaluate: evaluateLabels,
  line: ({ name, result: { map, mapAllPoints, images, seconds } }) => ({
    ...{ views: viewsOf(name), map, mapAllPoints, images },
    seconds: Number(seconds.toFixed(3)),
  }),
  table: (found, classes) => {
    const rows = found.map(({ name, result: { map, mapAllPoints, viewsPerImage, images, seconds } }) => [
      name,
      viewsPerImage.toFixed(1),
      hundredths(map),
      hundredths(mapAllPoints),
      String(images),
      seconds.toFixed(1),
      (images / seconds).toFixed(1),
    ]);
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
    return [
      textTable(['views', 'a picture', 'mAP %', 'all-point %', 'images', 's', 'images/s'], rows),
      `mAP: ${TIE_RULE}`,
      textTable(['class', 'positives', ...columns], perClass),
    ].join('\n\n');
  },
  best: (found) => found.reduce((a, b) => (betterFirst(b.result.map, a.result.map) < 0 ? b : a)),
  report: async (found, context) => {
    const { labelReport } = await import('../../report/label-report.js');
    const best = multiLabelEvaluation.best(found);
    return labelReport({
      ...context,
      views: found.map(({ name, result: { viewsPerImage, map, mapAllPoints, images, seconds } }) => {
        return { views: Math.round(viewsPerImage), name, map, mapAllPoints, images, seconds };
      }),
      perClass: best.result.perClass.map((own, c) => ({ label: context.classes[c]!, ...own })),
      perClassOf: `views ${best.name}`,
    });
  },
};
