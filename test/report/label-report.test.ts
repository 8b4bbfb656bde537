import { describe, expect, test } from 'vitest';
import { labelReport } from '../../src/report/label-report.js';
import { trainReport } from '../../src/report/train-report.js';
import type { LabelReport } from '../../src/report/types.js';
import { METRICS } from '../../src/train/metrics.js';

const run = { command: 'sppgpu eval' };
const image = { width: 2, height: 2, data: new Uint8Array(12) };
const report: LabelReport = {
  model: 'ZF-5',
  dataset: 'VOC2012 val',
  classes: ['cat', 'dog', 'never'],
  metrics: METRICS.filter(({ name }) => name === 'map' || name === 'mapAllPoints'),
  views: [
    { views: 1, name: '1', scores: { map: 0.5, mapAllPoints: 0.45 }, images: 10, seconds: 2 },
    { views: 10, name: '10', scores: { map: 0.625, mapAllPoints: 0.6 }, images: 10, seconds: 20 },
  ],
  perClass: [
    { label: 'cat', ap: 0.25, apAllPoints: 0.2, positives: 3 },
    { label: 'dog', ap: 1, apAllPoints: 1, positives: 4 },
    { label: 'never', ap: Number.NaN, apAllPoints: Number.NaN, positives: 0 },
  ],
  perClassOf: 'views 10',
  samples: [{ image, name: 'x.jpg', labels: ['cat', 'dog'], top: [{ label: 'dog', probability: 0.9 }] }],
  run,
};

describe('the report of several classes per picture', () => {
  test('holds the best mean, each class best first, samples with all their classes', () => {
    const page = labelReport(report);
    expect(page).toMatch(/Mean average precision<\/dt><dd><p class="big">62\.50/);
    expect(page.indexOf('<bdi>dog</bdi>')).toBeLessThan(page.indexOf('<bdi>cat</bdi>'));
    expect(page.indexOf('<bdi>cat</bdi>')).toBeLessThan(page.indexOf('<bdi>never</bdi>'));
    expect(page).toContain('<bdi>cat, dog</bdi>');
    expect(page).not.toMatch(/NaN|undefined/);
  });

  test('stands empty lists, unknown numbers and names with markup', () => {
    const bare = { model: '<b>', classes: [], metrics: METRICS, views: [], perClass: [], run };
    expect(labelReport(bare)).toContain('No data.');
    expect(labelReport(bare)).not.toContain('<b>:');
    const views = [{ views: 1, name: '1', scores: { map: Number.NaN, mapAllPoints: Number.NaN }, images: 0 }];
    expect(labelReport({ ...report, views })).not.toMatch(/NaN|undefined/);
  });
});

test('the report of their training has mAP and labels for curves, and no top-1', () => {
  const epochs = [1, 2].map((epoch) => {
    return {
      epoch,
      loss: 1 / epoch,
      labelAccuracy: 0.9,
      validationLoss: 1,
      validationMap: epoch / 4,
      learningRate: 0.1,
    };
  });
  const page = trainReport({ model: 'ZF-5', epochs, metrics: METRICS, configuration: {}, run });
  expect(page).toMatch(/Best validation mAP<\/dt><dd><p class="big">50\.00/);
  for (const title of ['Mean average precision', 'Right labels']) expect(page).toContain(title);
  expect(page).not.toContain('Top-1 accuracy');
});
