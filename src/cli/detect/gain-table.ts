import { textTable } from '../../report/text-table.js';
import { hundredths } from '../evaluation/kind.js';
import type { Judgement } from './judgement.js';

/** What detectors gain by being put together (the paper's Table 12): average precisions by 11 points, class by class. */
export function gainTable(together: Judgement, alone: readonly Judgement[]): string {
  const row = (label: string, own: readonly number[], all: number): string[] => {
    const gain = all - Math.max(...own);
    const sign = gain > 0 ? '+' : '';
    return [label, ...own.map(hundredths), hundredths(all), Number.isNaN(gain) ? '-' : `${sign}${hundredths(gain)}`];
  };
  const { classes } = together.dataset;
  const rows = classes.map((label, c) => {
    const of = ({ evaluation }: Judgement): number => evaluation.perClass[c]!.ap11;
    return row(label, alone.map(of), of(together));
  });
  const better = classes.filter((_, c) => {
    const all = together.evaluation.perClass[c]!.ap11;
    return alone.every(({ evaluation }) => all > evaluation.perClass[c]!.ap11);
  });
  const known = together.evaluation.perClass.filter(({ positives }) => positives > 0).length;
  const mean = row(
    'mean',
    alone.map(({ evaluation }) => evaluation.map11),
    together.evaluation.map11,
  );
  return [
    textTable(['AP % (11 points)', ...alone.map((_, i) => `model ${i + 1}`), 'together', 'gain'], [...rows, mean]),
    `together better than each alone in ${better.length} of ${known} classes`,
  ].join('\n');
}
