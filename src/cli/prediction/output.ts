/** How predictions are written: for people, as JSON lines, as CSV; each as soon as it is known. */

import { csvRow } from '../../io/csv.js';

/** The most likely classes of one picture, the best first. */
export interface Prediction {
  readonly file: string;
  /** `p`: probability, from a network; `score`: distance from the boundary, above 0 for yes, from an SVM. */
  readonly top: readonly ({ readonly label: string } & ({ readonly p: number } | { readonly score: number }))[];
}

/** What stands before the first prediction, and the text of each. */
export interface PredictionFormat {
  readonly head: string;
  readonly text: (prediction: Prediction) => string;
}

const BAR = 24;

export const forPeople: PredictionFormat = {
  head: '',
  text: ({ file, top }) => {
    const longest = Math.max(...top.map(({ label }) => label.length));
    const lines = top.map((entry) => `  ${entry.label.padEnd(longest)}  ${valueText(entry)}`);
    return `${file}\n${lines.join('\n')}\n`;
  },
};

function valueText(entry: Prediction['top'][number]): string {
  if ('score' in entry) return entry.score.toFixed(3).padStart(7);
  const filled = Math.round(entry.p * BAR);
  return `${'█'.repeat(filled)}${'░'.repeat(BAR - filled)} ${(100 * entry.p).toFixed(1).padStart(5)} %`;
}

export const jsonLines: PredictionFormat = { head: '', text: (prediction) => `${JSON.stringify(prediction)}\n` };

/** One row per class that is shown (RFC 4180). @param value the name of what an entry holds */
export function csv(value: 'p' | 'score'): PredictionFormat {
  return {
    head: csvRow(['file', 'rank', 'label', value]),
    text: ({ file, top }) =>
      top.map((entry, i) => csvRow([file, i + 1, entry.label, 'p' in entry ? entry.p : entry.score])).join(''),
  };
}
