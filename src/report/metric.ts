/** A number by which a network is judged, and how it is told: all that tables, lines, logs and reports know of it. */
export interface Metric {
  /** In records and `--json`; of held-out pictures see `validationName`. */
  readonly name: string;
  /** In a line for people: `top-1 93.1 %`. */
  readonly label: string;
  /** Over the chart of a report; the sentence below it stands in `metric-notes.ts`. */
  readonly title: string;
  readonly better: 'higher' | 'lower';
  /** A share lies in 0 to 1 and is shown in percent. */
  readonly format: 'share' | 'number';
  /** Told by `eval` alone, not after each epoch of a training. */
  readonly evaluationOnly?: boolean;
}

/** The name of a metric of held-out pictures: `validationTop1` for `top1`. */
export function validationName(name: string): `validation${string}` {
  return `validation${name[0]!.toUpperCase()}${name.slice(1)}`;
}

/** A value in a line for people: `93.1 %`, `0.123`. */
export function metricText({ format }: Metric, value: number): string {
  return format === 'share' ? `${(100 * value).toFixed(1)} %` : value.toFixed(3);
}
