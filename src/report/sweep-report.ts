/** The page of `sweep`: trainings beside each other, the best first. */
import { table } from './figure.js';
import { duration, plural } from './format.js';
import { html } from './html.js';
import { page, section } from './page.js';

/** One training. */
export interface SweepRow {
  readonly trial: string;
  readonly options: Readonly<Record<string, string>>;
  readonly seconds?: number | undefined;
  /** Why it failed, if so. */
  readonly problem?: string | undefined;
  /** Labels and values, as they are to be shown. */
  readonly metrics: readonly (readonly [string, string])[];
}

/** What a training was given, in words that a line may break between: `lr 0.01, sizes 224,180`. */
const choiceOf = ({ trial, options }: SweepRow): string =>
  Object.entries(options)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ') || trial;

/** One self-contained HTML document. @param words of the command, without what varies; @param options what varies */
export function sweepReport(words: readonly string[], options: readonly string[], rows: readonly SweepRow[]): string {
  const good = rows.filter(({ problem }) => problem === undefined);
  const failed = rows.filter(({ problem }) => problem !== undefined);
  const labels = [...new Set(good.flatMap(({ metrics }) => metrics.map(([label]) => label)))];
  const cells = ({ options: own, metrics, seconds }: SweepRow) => {
    const values = new Map(metrics);
    return [
      ...options.map((name) => own[name] ?? ''),
      ...labels.map((label) => values.get(label) ?? '–'),
      seconds === undefined ? '–' : duration(seconds),
    ];
  };
  return page({
    kicker: 'sppgpu sweep',
    title: good[0] ? `Best: ${choiceOf(good[0])}` : 'No training succeeded',
    lead: html`${plural(rows.length, 'training')} of <code>train ${words.join(' ')}</code>${failed.length > 0 && `; ${failed.length} failed`}.`,
    body: html`${
      good.length > 0 &&
      section(
        'Trainings',
        'The best first, by the first score of held-out pictures, or of those that train where none are held out; numbers are those of the last epoch.',
        table(
          { columns: [...options, ...labels, 'time'], words: options.length, rows: good.map(cells) },
          'Trainings, the best first',
        ),
      )
    }
${
  failed.length > 0 &&
  section(
    'Failed',
    'These ended without a result; the others went on.',
    table(
      { columns: ['training', 'problem'], words: 2, rows: failed.map((row) => [choiceOf(row), row.problem!]) },
      'Failed',
    ),
  )
}`,
  });
}
