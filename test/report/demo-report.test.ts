import { describe, expect, test } from 'vitest';
import { demoReport } from '../../src/report/demo-report.js';
import type { DemoNet, DemoReport } from '../../src/report/types.js';
import { sampleDemo } from './sample-data.js';
import { expectSelfContained, HOSTILE } from './support.js';

const headings = (document: Document) => [...document.querySelectorAll('h2')].map((heading) => heading.textContent);
const emptyNet: DemoNet = { name: 'net', correct: 0, total: 0, epochs: [], bySize: [], byAspect: [], confusion: [] };

describe('demo report', () => {
  test('holds every part, as one small file', () => {
    const html = demoReport(sampleDemo());
    const document = expectSelfContained(html);
    expect(html.length).toBeLessThan(2_000_000);
    expect(headings(document)).toEqual([
      'What it sees',
      'Where it goes wrong',
      'Any size, any shape',
      'What is spatial pyramid pooling?',
      'The pyramid at work',
      'Learning',
      'What is taken for what',
      'How it was run',
    ]);
    const big = [...document.querySelectorAll('.headline .big')].map((number) => number.textContent);
    expect(big).toEqual(['98.35\u00a0%', '94.65\u00a0%', '+3.70\u00a0points']);
    expect(document.querySelectorAll('.digits li')).toHaveLength(48);
    expect(document.querySelector('pre')?.textContent).toBe('npm run demo -- --seed 7');
  });

  test('says which net is ahead where, and where nobody can know', () => {
    const lead = (label: string, onlySpp: number, onlyFixed: number) => ({ label, onlySpp, onlyFixed, total: 400 });
    const report = sampleDemo();
    const text = (leads: DemoReport['leads']) =>
      expectSelfContained(demoReport({ ...report, ...(leads && { leads }) })).body.textContent!;
    const shown = text({
      all: { label: 'all', onlySpp: 40, onlyFixed: 10, total: 2000 },
      bySize: [lead('25 to 32', 5, 4)],
      byAspect: [lead('over 2 (wide)', 30, 5), lead('0.5 to 0.8', 2, 20), lead('1.25 to 2', 6, 5)],
    });
    expect(shown).toContain('95\u00a0% interval +0.8 to +2.2');
    expect(shown).toContain('By size, no difference is beyond chance.');
    expect(shown).toContain(
      'By shape, the SPP-net is ahead at over 2 (wide), the Fixed-size net is ahead at 0.5 to 0.8; elsewhere chance could explain what there is.',
    );
    expect(shown).toContain('+6.3 (+3.4 to +9.1)');
    const even = text({ all: { label: 'all', onlySpp: 20, onlyFixed: 21, total: 2000 }, bySize: [], byAspect: [] });
    expect(even).toContain('chance could explain it');
    expect(text(undefined)).not.toContain('chance');
  });

  test('shows pictures at their relative sizes', () => {
    const report = sampleDemo();
    const document = expectSelfContained(demoReport(report));
    const images = [...document.querySelectorAll('.digits img')].slice(0, report.samples.length);
    const scale = Number(images[0]!.getAttribute('width')) / report.samples[0]!.image.width;
    images.forEach((image, i) => {
      const { width, height } = report.samples[i]!.image;
      expect(Math.abs(Number(image.getAttribute('width')) - width * scale)).toBeLessThan(1.5);
      expect(Math.abs(Number(image.getAttribute('height')) - height * scale)).toBeLessThan(1.5);
    });
  });

  test('marks wrong answers in words, not by colour alone', () => {
    const report = sampleDemo();
    const document = expectSelfContained(
      demoReport({ ...report, samples: report.samples.slice(0, 1), mistakes: report.mistakes!.slice(0, 1) }),
    );
    expect([...document.querySelectorAll('.verdict b')].map((mark) => mark.getAttribute('aria-label'))).toEqual([
      'right',
      'wrong',
    ]);
    expect(document.querySelector('.wrong .verdict')?.textContent).toContain('is 0');
  });

  test('draws every window of every level and marks the cells that are kept', () => {
    const report = sampleDemo();
    const document = expectSelfContained(demoReport(report));
    const levels = [...document.querySelectorAll('.example .row')].map((row) =>
      [...row.querySelectorAll('.map')].map((map) => map.querySelectorAll('.window').length),
    );
    expect(levels).toEqual(report.pyramids.map(() => [1, 4, 9, 36]));
    for (const map of document.querySelectorAll('.example .row .map'))
      expect(map.querySelectorAll('.kept').length).toBeGreaterThan(0);
    expect([...document.querySelectorAll('.strip')].map((strip) => strip.querySelectorAll('.heat').length)).toEqual([
      50, 50,
    ]);
  });

  test('marks the training size of every epoch', () => {
    const report = sampleDemo();
    const document = expectSelfContained(demoReport(report));
    const curves = [...document.querySelectorAll('figure')].find(
      (part) => part.querySelector('h3')?.textContent === 'Training loss',
    )!;
    expect(curves.querySelector('.key')?.textContent).toContain('images up to 28 px');
    const rows = [...curves.querySelectorAll('tbody tr')].map((row) => row.querySelectorAll('td')[1]?.textContent);
    expect(rows).toEqual(['28', '36', '28', '36', '28', '36', '28', '36']);
  });

  test('gives every chart a table', () => {
    const document = expectSelfContained(demoReport(sampleDemo()));
    for (const part of document.querySelectorAll('figure.figure'))
      expect(part.querySelectorAll('details table tbody tr').length).toBeGreaterThan(0);
  });

  test('stands without any data', () => {
    const empty: DemoReport = {
      spp: emptyNet,
      fixed: emptyNet,
      classes: [],
      levels: [1, 2],
      channels: 8,
      samples: [],
      pyramids: [],
      run: { command: '' },
    };
    const document = expectSelfContained(demoReport(empty));
    expect(document.querySelectorAll('.nothing').length).toBeGreaterThan(3);
  });

  test('stands numbers that are not numbers, one epoch, one class and a map of one cell', () => {
    const report = sampleDemo();
    const nan = Number.NaN;
    const net: DemoNet = {
      ...report.spp,
      correct: nan,
      seconds: nan,
      parameters: nan,
      epochs: [{ epoch: 1, size: nan, loss: nan, accuracy: 0.5 }],
      bySize: [{ label: 'all', correct: nan, total: 3 }],
      byAspect: [{ label: 'all', correct: 0, total: 0 }],
      confusion: [[nan]],
    };
    const tiny = { image: report.samples[0]!.image, map: { width: 1, height: 1, values: [nan] } };
    expectSelfContained(
      demoReport({
        ...report,
        spp: net,
        fixed: net,
        classes: ['0'],
        pyramids: [tiny],
        samples: [{ ...report.samples[0]!, probability: nan }],
      }),
    );
    expectSelfContained(
      demoReport({ ...report, spp: { ...net, epochs: [{ epoch: 1, loss: Number.POSITIVE_INFINITY, accuracy: nan }] } }),
    );
  });

  test('escapes names wherever they stand', () => {
    const report = sampleDemo();
    for (const name of HOSTILE) {
      const net = { ...report.spp, name, bySize: [{ label: name, correct: 1, total: 2 }] };
      const [sample, pyramid] = [report.samples[0]!, report.pyramids[0]!];
      const document = expectSelfContained(
        demoReport({
          ...report,
          title: name,
          mistakes: [],
          testImages: name,
          spp: net,
          fixed: { ...net, name: `${name}2` },
          classes: [name, ...report.classes.slice(1)],
          samples: [{ ...sample, label: name, prediction: name }],
          pyramids: [{ ...pyramid, caption: name }],
          run: { command: name, split: name, adapter: name, versions: { [name]: name }, more: { [name]: name } },
        }),
      );
      const readable = name
        .replaceAll('\u0000', '\ufffd')
        .replaceAll('\u001b', '\ufffd')
        .replaceAll('\ud800', '\ufffd');
      expect(document.querySelector('h1')?.textContent).toBe(readable);
      expect(document.querySelector('pre')?.textContent).toBe(readable);
    }
  });
});
