import { describe, expect, test } from 'vitest';
import { validationName } from '../../src/report/metric.js';
import { METRIC_NOTES } from '../../src/report/metric-notes.js';
import { trainReport } from '../../src/report/train-report.js';
import { METRICS } from '../../src/train/metrics.js';
import { sampleTrain } from './sample-data.js';
import { expectSelfContained, HOSTILE } from './support.js';

const titles = (document: Document) => [...document.querySelectorAll('figure h3')].map((title) => title.textContent);

describe('train report', () => {
  test('holds curves, speed, settings and samples', () => {
    const html = trainReport(sampleTrain());
    const document = expectSelfContained(html);
    expect(html.length).toBeLessThan(2_000_000);
    expect(titles(document)).toEqual([
      'Loss',
      'Top-1 accuracy',
      'Top-5 accuracy',
      'Learning rate',
      'Images per second',
      'Waiting',
    ]);
    expect(document.querySelectorAll('.photos img')).toHaveLength(12);
    expect(document.querySelector('.settings')?.textContent).toContain('0.0005');
    for (const part of document.querySelectorAll('figure.figure'))
      expect(part.querySelectorAll('tbody tr')).toHaveLength(40);
  });

  test('shows every metric that its epochs have', () => {
    const values = METRICS.flatMap(({ name }) => [name, validationName(name)].map((key) => [key, 0.5]));
    const sample = sampleTrain();
    const epochs = sample.epochs.map((epoch) => ({ ...epoch, ...(Object.fromEntries(values) as object) }));
    const page = trainReport({ ...sample, epochs, metrics: METRICS });
    for (const { name, title } of METRICS) {
      expect(page).toContain(title);
      expect(page).toContain(METRIC_NOTES[name]);
    }
  });

  test('the headline of the report is the best epoch, the lowest where less is better', () => {
    const epochs = [3, 1, 2].map((error, i) => ({ epoch: i + 1, loss: 1, error, learningRate: 0.1 }));
    const row = { name: 'error', label: 'error', title: 'Error', better: 'lower', format: 'number' } as const;
    const page = trainReport({
      ...{ model: 'net', epochs, metrics: [METRICS[0], row] },
      ...{ configuration: {}, run: { command: 'x' } },
    });
    expect(page).toMatch(/Best training error<\/dt><dd><p class="big">1<[\s\S]*after epoch 2 of 3/);
  });

  test('letters the learning rate by powers of ten', () => {
    const document = expectSelfContained(trainReport(sampleTrain()));
    const chart = [...document.querySelectorAll('figure')].find(
      (part) => part.querySelector('h3')?.textContent === 'Learning rate',
    )!;
    const labels = [...chart.querySelector('.for-wide svg')!.querySelectorAll('text')].map(
      (label) => label.textContent,
    );
    expect(labels).toEqual(expect.arrayContaining(['0.0001', '0.001', '0.01']));
  });

  test('no axis says the same number twice, however little the values differ', () => {
    const epochs = [1, 2, 3].map((epoch) => ({
      epoch,
      loss: 1e-6 * epoch,
      top1: 0.5 + 1e-5 * epoch,
      learningRate: 0.01,
      imagesPerSecond: 0.2 + 0.001 * epoch,
    }));
    const document = expectSelfContained(trainReport({ ...sampleTrain(), epochs }));
    for (const chart of document.querySelectorAll('.for-wide svg')) {
      const labels = [...chart.querySelectorAll('text')]
        .map((label) => label.textContent)
        .filter((label) => /[%.]/.test(label));
      expect(new Set(labels).size, labels.join(' ')).toBe(labels.length);
    }
  });

  test.each([0, 1, 500])('stands after %i epochs', (many) => {
    const html = trainReport(sampleTrain(many));
    expectSelfContained(html);
    expect(html.length).toBeLessThan(2_000_000);
  });

  test('leaves out what was not measured', () => {
    const epochs = [1, 2].map((epoch) => ({ epoch, loss: 1 / epoch, top1: epoch / 3, learningRate: 0.1 }));
    const document = expectSelfContained(
      trainReport({ model: 'net', epochs, metrics: METRICS, configuration: {}, run: { command: 'sppgpu train' } }),
    );
    expect(titles(document)).toEqual(['Loss', 'Top-1 accuracy', 'Learning rate']);
  });

  test('stands numbers that are not numbers', () => {
    const nan = Number.NaN;
    const wild = {
      epoch: 1,
      loss: nan,
      top1: nan,
      top5: nan,
      learningRate: 0,
      imagesPerSecond: Number.POSITIVE_INFINITY,
      deviceWaitShare: nan,
    };
    expectSelfContained(trainReport({ ...sampleTrain(3), epochs: [wild] }));
    expectSelfContained(trainReport({ ...sampleTrain(3), epochs: [...sampleTrain(3).epochs, { ...wild, epoch: 4 }] }));
  });

  test('escapes names wherever they stand', () => {
    const report = sampleTrain(2);
    for (const name of HOSTILE) {
      const sample = { ...report.samples![0]!, name, label: name, top: [{ label: name, probability: 0.5 }] };
      expectSelfContained(
        trainReport({
          ...report,
          model: name,
          dataset: name,
          configuration: { [name]: name },
          samples: [sample, { ...sample, label: undefined, top: [] }],
        }),
      );
    }
  });
});
