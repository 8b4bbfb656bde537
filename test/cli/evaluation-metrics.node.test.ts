/** What `eval` tells of a result comes from the table of metrics. */
import { expect, test } from 'vitest';
import { bestScored, reportedViews, scoresLine, scoresTable } from '../../src/cli/evaluation/kind.js';
import { METRICS } from '../../src/train/metrics.js';

const SCORES = METRICS.slice(1);
/** A result with every score of the table, the `i`-th being `(i + 1) / 16` more than `base`. */
const resultOf = (base: number) => ({
  ...Object.fromEntries(SCORES.map(({ name }, i) => [name, base + (i + 1) / 16])),
  ...{ loss: 1, images: 12, viewsPerImage: 10, seconds: 1.5 },
});

test('every score of the table reaches the line, the table and the report of eval', () => {
  const found = [{ name: '10', result: resultOf(0) }];
  const line = scoresLine(found[0]!);
  expect(Object.keys(line)).toEqual(['views', ...SCORES.map(({ name }) => name), 'images', 'seconds']);
  const [header, , row] = scoresTable(found).split('\n');
  for (const [i, { label }] of SCORES.entries()) {
    expect(header).toContain(`${label} %`);
    expect(row).toContain((6.25 * (i + 1)).toFixed(2));
  }
  const { metrics, views } = reportedViews(found);
  expect(metrics).toEqual(SCORES);
  expect(Object.keys(views[0]!.scores)).toEqual(SCORES.map(({ name }) => name));
});

test('the best result is the one with the best first score; a score that is not a number is never the best', () => {
  const found = [Number.NaN, 0.25, 0.5, 0.5].map((base, i) => ({ name: `${i}`, result: resultOf(base) }));
  expect(bestScored(found).name).toBe('2');
  expect(bestScored(found.slice(0, 1)).name).toBe('0');
});
