import { expect, test } from 'vitest';
import { detectionReport } from '../../src/report/detection-report.js';
import type { DetectionReport } from '../../src/report/detection-types.js';
import { expectSelfContained, HOSTILE } from './support.js';

const image = { width: 4, height: 3, data: new Uint8Array(36).fill(90) };
const first = { right: 2, place: 1, class: 0, background: 1 };
const cat = { label: 'cat', ap11: 0.75, apAll: 0.7, objects: 4, found: 3, detections: 9, first };
const curve = Array.from({ length: 1000 }, (_, i) => ({ recall: i / 1000, precision: 1 - i / 2000 }));
const report: DetectionReport = {
  ...{ title: 'Found', kicker: 'sppgpu detect score', dataset: 'VOC2012 val', images: 10, map11: 0.625, mapAll: 0.6 },
  perClass: [
    { ...cat, label: 'never', ap11: Number.NaN, apAll: Number.NaN, objects: 0, found: 0, curve: [] },
    { ...cat, curve },
    { ...cat, label: 'dog', ap11: 0.5, curve: [{ recall: 0, precision: 0 }] },
  ],
  failures: [
    {
      ...{ title: 'Missed', note: 'Not found.', total: 20 },
      samples: [{ image, object: { x0: 1, y0: 0, x1: 3, y1: 2 }, name: 'a.jpg', caption: 'cat' }],
    },
    { title: 'Confused', note: 'Of another class.', total: 0, samples: [] },
    {
      ...{ title: 'Background', note: 'Nothing there.', total: 1 },
      samples: [{ image, detection: { x0: -1, y0: 0, x1: 3, y1: 2 }, name: 'b.jpg', caption: 'dog 0.9' }],
    },
  ],
  run: { command: 'sppgpu detect score' },
};

test('holds the means, the classes best first, a curve of each with objects, and the failures that there are', () => {
  const text = detectionReport(report);
  const document = expectSelfContained(text);
  expect(text).toMatch(/Mean average precision<\/dt><dd><p class="big">62\.50/);
  const labels = [...document.querySelectorAll('tbody tr th bdi')].map((cell) => cell.textContent);
  expect(labels.slice(0, 3)).toEqual(['cat', 'dog', 'never']);
  expect(document.querySelectorAll('.multiples svg')).toHaveLength(2);
  const groups = [...document.querySelectorAll('.finds-group h3')].map((title) => title.textContent);
  expect(groups).toEqual(['Missed 1 of 20', 'Background 1']);
  expect(document.querySelectorAll('rect.annotated, rect.found')).toHaveLength(2);
  // The curve of a thousand points is thinned.
  expect(text.length).toBeLessThan(60_000);
});

test('shows pictures with what was found in them, where there are such', () => {
  const box = { x0: 0, y0: 0, x1: 2, y1: 2 };
  const boxes = [
    { box, label: HOSTILE[0]!, right: true },
    { box, label: 'dog', right: false },
  ];
  const examples = { note: 'All of them.', pictures: [{ image, name: 'a', boxes }] };
  const document = expectSelfContained(detectionReport({ ...report, examples }));
  expect(document.querySelectorAll('rect.right-box, rect.wrong-box')).toHaveLength(2);
  expect(document.querySelector('.shot.wide')!.textContent).toContain('dog');
});

test('stands names with markup, empty lists and unknown numbers', () => {
  for (const name of HOSTILE) {
    const samples = [{ image, name, caption: name }];
    const failures = [{ title: 'Missed', note: '', total: 1, samples }];
    const perClass = [{ ...cat, label: name, curve }];
    expectSelfContained(detectionReport({ ...report, dataset: name.slice(0, 200), perClass, failures }));
  }
  const empty = { ...report, perClass: [], failures: [], map11: Number.NaN, mapAll: Number.NaN, images: 0 };
  expect(detectionReport(empty)).toContain('Nothing went wrong.');
  expectSelfContained(detectionReport(empty));
});
