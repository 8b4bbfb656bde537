import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { summarySvg } from '../../src/report/summary-svg.js';

describe('the picture of the idea', () => {
  test('docs/spp.svg is up to date', async () => {
    await expect(summarySvg().text).toMatchFileSnapshot('../../docs/spp.svg');
  });

  test.each(['row', 'column'] as const)('draws every bin of any pyramid in a %s', (layout) => {
    for (const levels of [[1], [1, 2, 4, 8], [6, 3, 2, 1]]) {
      const text = summarySvg({ levels, channels: 10, layout }).text;
      const bins = levels.reduce((sum, n) => sum + n * n, 0);
      const { document } = parseHTML(`<html><body>${text}</body></html>`);
      expect(document.querySelectorAll('rect.spp-ground')).toHaveLength(2 * bins);
      expect(document.querySelectorAll('.spp-band')).toHaveLength(levels.length);
      expect(text).toContain(`${bins} × 10 = ${bins * 10}`);
      expect(text).not.toMatch(/NaN|undefined|href|url\(/);
    }
  });

  test('brings its own ground and colours for both settings only when it stands alone', () => {
    expect(summarySvg().text).toMatch(/prefers-color-scheme:dark/);
    expect(summarySvg({ card: false }).text).not.toContain('<style>');
  });
});
