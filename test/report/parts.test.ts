import fc from 'fast-check';
import { parseHTML } from 'linkedom';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { count, duration, number, percent, shorten } from '../../src/report/format.js';
import { escapeText, html } from '../../src/report/html.js';
import { pngDataUri } from '../../src/report/png.js';
import { binRange, levelBins } from '../../src/report/pyramid-bins.js';
import { classBuckets, mixups, pairedDifference, wilsonInterval } from '../../src/report/statistics.js';
import { thumbnail } from '../../src/report/thumbnail.js';
import { Rng } from '../../src/tensor/rng.js';

describe('html', () => {
  test('any text comes back as it was, without leaving its element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const { document } = parseHTML(`<html><body>${html`<p title="${text}">${text}</p>`}</body></html>`);
        expect(document.body.children.length).toBe(1);
        const shown = text.replace(/(?![\t\n])\p{Cc}/gu, '\ufffd');
        expect(document.querySelector('p')!.textContent).toBe(shown);
        expect(document.querySelector('p')!.getAttribute('title')).toBe(shown);
      }),
    );
  });

  test('lets markup through, joins lists, drops nothing-values', () => {
    expect(html`<b>${html`<i>${'<'}</i>`}${[1, null, '&']}${false}${undefined}</b>`.text).toBe(
      '<b><i>&lt;</i>1&amp;</b>',
    );
    expect(escapeText('\ud800\u0007')).toBe('\ufffd\ufffd');
  });
});

describe('format', () => {
  test('writes numbers as people read them', () => {
    expect([count(12800), percent(0.9835, 2), number(0.012345), number(1e-7), number(1234.5), number(0)]).toEqual([
      '12,800',
      '98.35\u00a0%',
      '0.0123',
      '1.0e-7',
      '1,235',
      '0',
    ]);
    expect([duration(4.25), duration(251.4), duration(5820), duration(59.97)]).toEqual([
      '4.25\u00a0s',
      '4\u00a0min 11\u00a0s',
      '1\u00a0h 37\u00a0min',
      '60\u00a0s',
    ]);
    for (const write of [count, percent, number, duration])
      expect([write(Number.NaN), write(undefined)]).toEqual(['–', '–']);
    expect(shorten('😀😀😀😀', 3)).toBe('😀😀…');
  });
});

describe('statistics', () => {
  test("Wilson's interval has the published values and stays inside [0, 1]", () => {
    const [low, high] = wilsonInterval(81, 263); // Newcombe (1998), table I, method 3
    expect([low.toFixed(4), high.toFixed(4)]).toEqual(['0.2553', '0.3662']);
    expect(wilsonInterval(0, 10)[0]).toBe(0);
    expect(wilsonInterval(10, 10)[1]).toBeCloseTo(1, 12);
    expect(wilsonInterval(0, 0)).toEqual([Number.NaN, Number.NaN]);
  });

  test('the interval of a paired difference holds the true one 95 times in 100, also with few disagreements', () => {
    const rng = new Rng(5);
    for (const [first, second] of [
      [0.06, 0.02],
      [0.01, 0.01],
    ] as const) {
      let held = 0;
      for (let trial = 0; trial < 1000; trial++) {
        const draws = Array.from({ length: 300 }, () => rng.uniform());
        const onlyFirst = draws.filter((draw) => draw < first).length;
        const onlySecond = draws.filter((draw) => draw > 1 - second).length;
        const { low, high, difference } = pairedDifference(onlyFirst, onlySecond, 300);
        expect(difference).toBe((onlyFirst - onlySecond) / 300);
        if (low <= first - second && first - second <= high) held++;
      }
      expect(held / 1000).toBeGreaterThan(0.935);
      expect(held / 1000).toBeLessThan(0.985);
    }
    expect(pairedDifference(0, 0, 0).low).toBeNaN();
  });

  test('reads ragged and broken confusion matrices', () => {
    expect(classBuckets(['a', 'b'], [[3, 1], [Number.NaN]])).toEqual([
      { label: 'a', correct: 3, total: 4 },
      { label: 'b', correct: 0, total: 0 },
    ]);
    expect(mixups(['a', 'b', 'c'], [[0, 1, 2], [1, 0, 0], []])).toEqual([
      { truth: 0, predicted: 2, count: 2 },
      { truth: 0, predicted: 1, count: 1 },
      { truth: 1, predicted: 0, count: 1 },
    ]);
  });
});

describe('pyramid bins', () => {
  test('are those of the paper', () => {
    expect([0, 1, 2, 3, 4, 5].map((i) => binRange(i, 6, 13))).toEqual([
      [0, 3],
      [2, 5],
      [4, 7],
      [6, 9],
      [8, 11],
      [10, 13],
    ]);
    expect([0, 1, 2, 3].map((i) => binRange(i, 4, 10))).toEqual([
      [0, 3],
      [2, 5],
      [5, 8],
      [7, 10],
    ]);
  });

  test('keep the first largest value; NaN wins', () => {
    const [bin] = levelBins({ width: 3, height: 2, values: [1, 5, 0, 5, 2, 5] }, 1);
    expect([bin!.maxY, bin!.maxX, bin!.value]).toEqual([0, 1, 5]);
    expect(levelBins({ width: 2, height: 1, values: [3, Number.NaN] }, 1)[0]!.value).toBeNaN();
    expect(levelBins({ width: 0, height: 4, values: [] }, 2)).toEqual([]);
  });
});

describe('pictures', () => {
  test.each([true, false])('grey: %s, survive as PNG', (grey) => {
    const data = Uint8Array.from({ length: 5 * 3 * 3 }, (_, i) => ((grey ? Math.floor(i / 3) : i) * 37) % 256);
    const bytes = Buffer.from(pngDataUri({ width: 5, height: 3, data }).split(',')[1]!, 'base64');
    const colourType = bytes[25];
    expect(colourType).toBe(grey ? 0 : 2);
    const png = PNG.sync.read(bytes);
    expect([png.width, png.height]).toEqual([5, 3]);
    for (let i = 0; i < 15; i++) {
      expect([...png.data.subarray(4 * i, 4 * i + 4)]).toEqual([...data.slice(3 * i, 3 * i + 3), 255]);
    }
  });

  test('refuses sides that are no sides', () => {
    for (const width of [0, -1, 2.5, Number.NaN])
      expect(() => pngDataUri({ width, height: 2, data: new Uint8Array() })).toThrow(/whole numbers from 1 on/);
  });

  test('thumbnails keep the shape and the mean', () => {
    const image = {
      width: 400,
      height: 100,
      data: Uint8Array.from({ length: 120_000 }, (_, i) => (Math.floor(i / 3) % 2) * 200),
    };
    const small = thumbnail(image, 100);
    expect([small.width, small.height]).toEqual([100, 25]);
    expect(new Set(Array.from(small.data))).toEqual(new Set([100]));
    expect(thumbnail(image, 400)).toBe(image);
    expect(thumbnail({ width: 1000, height: 1, data: new Uint8Array(3000) }, 10).height).toBe(1);
  });
});
