import { describe, expect, test } from 'vitest';
import { evalReport } from '../../src/report/eval-report.js';
import type { Metric } from '../../src/report/metric.js';
import { METRICS } from '../../src/train/metrics.js';
import { classNames, sampleEval } from './sample-data.js';
import { expectSelfContained, HOSTILE } from './support.js';

describe('eval report', () => {
  test.each([2, 20, 102])('holds views, class bars and matrix for %i classes', (many) => {
    const html = evalReport(sampleEval(many));
    const document = expectSelfContained(html);
    expect(html.length).toBeLessThan(2_000_000);
    const views = [...document.querySelectorAll('section')].find((part) =>
      part.querySelector('h2')?.textContent?.startsWith('More views'),
    )!;
    expect([...views.querySelectorAll('tbody th')].map((cell) => Number.parseInt(cell.textContent, 10))).toEqual([
      1, 10, 96, 98,
    ]);
    expect(document.querySelectorAll('.class-bars li')).toHaveLength(many);
  });

  test('orders classes from best to worst and keeps their numbers', () => {
    const document = expectSelfContained(
      evalReport({
        ...sampleEval(3),
        classes: ['a', 'b', 'c'],
        confusion: [
          [1, 1, 0],
          [0, 2, 0],
          [2, 0, 0],
        ],
      }),
    );
    const rows = [...document.querySelectorAll('.class-bars li')].map(
      (row) => `${row.querySelector('.rank')?.textContent}${row.querySelector('.name')?.textContent}`,
    );
    expect(rows).toEqual(['2b', '1a', '3c']);
    const mistakes = [...document.querySelectorAll('table')].at(-2)!;
    expect(mistakes.querySelector('tbody tr')?.textContent?.replace(/\s/g, '')).toBe('ca266.7%');
  });

  test('draws every filled cell of a large matrix, and none for too many classes', () => {
    const classes = classNames(40);
    const confusion = classes.map((_, i) => classes.map((__, j) => (i === j || j === 0 ? 1 : 0)));
    const document = expectSelfContained(evalReport({ ...sampleEval(40), classes, confusion }));
    const svg = [...document.querySelectorAll('svg')].find((one) =>
      one.getAttribute('aria-label')?.startsWith('Confusion'),
    )!;
    const cells = [...svg.querySelectorAll('path')]
      .map((path) => path.getAttribute('d')!.split('M').length - 1)
      .reduce((a, b) => a + b);
    expect(cells).toBe(79);
    const many = classNames(400);
    const bare = expectSelfContained(
      evalReport({
        ...sampleEval(2),
        classes: many,
        confusion: many.map((_, i) => many.map((__, j) => (i === j ? 1 : 0))),
      }),
    );
    expect(
      [...bare.querySelectorAll('svg')].some((one) => one.getAttribute('aria-label')?.startsWith('Confusion')),
    ).toBe(false);
  });

  test('stands without data and with numbers that are not numbers', () => {
    expectSelfContained(
      evalReport({ model: 'net', classes: [], metrics: METRICS, views: [], confusion: [], run: { command: '' } }),
    );
    const nan = Number.NaN;
    expectSelfContained(
      evalReport({
        ...sampleEval(2),
        views: [{ views: 1, name: 'one', scores: { top1: nan }, images: nan }],
        confusion: [[nan, -1], []],
      }),
    );
  });

  test('shows every metric that it is given: headline, column, and the best views by the first', () => {
    const metrics: Metric[] = [
      { name: 'surprise', label: 'surprise', title: 'Surprise', better: 'lower', format: 'number' },
      { name: 'top3', label: 'top-3', title: 'Top-3 accuracy', better: 'higher', format: 'share' },
      METRICS.find(({ name }) => name === 'top5')!,
    ];
    const views = [
      { views: 1, name: 'one', scores: { surprise: 2.5, top3: 0.5, top5: 0.5 }, images: 4, seconds: 1 },
      { views: 10, name: 'ten', scores: { surprise: 1.25, top3: 0.75, top5: 1 }, images: 4, seconds: 1 },
    ];
    const document = expectSelfContained(evalReport({ ...sampleEval(2), metrics, views }));
    const headline = [...document.querySelectorAll('.headline > div')].map(({ textContent }) => textContent);
    expect(headline[0]).toMatch(/^Surprise1\.25.*10\sviews: ten/u);
    expect(headline[1]).toMatch(/^Top-3 accuracy75\.00/u);
    expect(headline[2]).toMatch(/^Top-5 accuracy100.*among the first five/u);
    const columns = [...document.querySelectorAll('th')].map(({ textContent }) => textContent);
    expect(columns).toEqual(expect.arrayContaining(['surprise', 'top-3']));
    expect(columns).not.toContain('top-1');
  });

  test('escapes names wherever they stand', () => {
    for (const name of HOSTILE) {
      for (const many of [3, 30]) {
        const report = sampleEval(many);
        const sample = { ...report.samples![0]!, name, label: name, top: [{ label: name, probability: 1 }] };
        expectSelfContained(
          evalReport({
            ...report,
            model: name,
            dataset: name,
            classes: report.classes.map((one, i) => (i < 2 ? `${name}${i}` : one)),
            views: [{ ...report.views[0]!, name }],
            confusionOf: name,
            samples: [sample],
          }),
        );
      }
    }
  });
});
