/**
 * The idea of spatial pyramid pooling in one picture, drawn from its own rule (the pooled colours are true maxima of the map shown).
 * docs/spp.svg is `summarySvg()`; after a change here, `npx vitest run test/report/summary-svg.test.ts --update` writes it anew.
 */
import { heat } from './charts/pyramid-level.js';
import { count } from './format.js';
import { html, type Markup } from './html.js';
import { type Bin, levelBins } from './pyramid-bins.js';
import type { FeatureMap } from './types.js';

/** What the picture shows, and how. */
export interface SummaryOptions {
  /** Bins a side of every level; 1, 2, 3, 6 where left out. */
  levels?: readonly number[];
  /** Channels of the last map; 256 where left out. */
  channels?: number;
  /** Left to right (default), or top to bottom for phones. */
  layout?: 'row' | 'column';
  /** True (default): a picture for itself, with its own ground and colours. False: a part of a report, in the page's colours. */
  card?: boolean;
}

type Point = [x: number, y: number];

const CARD_STYLE = `
.spp-card{fill:#ffffff;stroke:#d9dee4}.spp-ink{fill:#15191f}.spp-muted{fill:#59636f}.spp-heat{fill:#4b2fb3}.spp-ground{fill:#eeebf8}
.spp-band{fill:#4b2fb3;fill-opacity:.1}.spp-line{fill:none;stroke:#59636f;stroke-width:1.5}.spp-plane{fill:#eeebf8;stroke:#b9aee3}
.spp-sky{fill:#d5e5f5}.spp-hill{fill:#0a5fb4}.spp-sun{fill:#e08a3c}
@media (prefers-color-scheme:dark){.spp-card{fill:#101318;stroke:#2b313a}.spp-ink{fill:#e9ecf0}.spp-muted{fill:#9ca6b2}.spp-heat{fill:#b3a2ff}
.spp-ground{fill:#242434}.spp-band{fill:#b3a2ff;fill-opacity:.12}.spp-line{stroke:#9ca6b2}.spp-plane{fill:#1d1d2b;stroke:#5b5390}
.spp-sky{fill:#1d3147}.spp-hill{fill:#6fb4ff}.spp-sun{fill:#f2a354}}
`;

/** An SVG document (or, with `card: false`, an SVG element for a report's page). */
export function summarySvg({
  levels = [1, 2, 3, 6],
  channels = 256,
  layout = 'row',
  card = true,
}: SummaryOptions = {}): Markup {
  const bins = levels.reduce((sum, n) => sum + n * n, 0);
  const description = `Spatial pyramid pooling: images of any size become feature maps of any size; ${levels.map((n) => `${n} by ${n}`).join(', ')} windows over each map keep their largest values: ${count(bins)} numbers for each of ${count(channels)} channels, always.`;
  const words = `${count(bins)} × ${count(channels)} = ${count(bins * channels)}`;
  const [width, height] = layout === 'row' ? [1080, 420] : [330, 800];
  return html`<svg xmlns="http://www.w3.org/2000/svg" class="plot spp" viewBox="0 0 ${width} ${height}" role="img" aria-label="${description}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif" font-size="14">
${card && html`<title>Spatial pyramid pooling</title>\n<style>${CARD_STYLE}</style>\n<rect class="spp-card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12"/>`}
${layout === 'row' ? row(levels, words) : column(levels, words)}
</svg>
`;
}

function row(levels: readonly number[], words: string): Markup {
  const middle = 246;
  const cell = Math.min(15, 216 / sum(levels));
  const gap = 24;
  const tall = sum(levels) * cell + gap * (levels.length - 1);
  const strip = stripPlaces(levels, middle - 150, 300);
  let y = middle - tall / 2;
  const grids = levels.map((n, i) => {
    const [x, top, side] = [642 - (n * cell) / 2, y, n * cell];
    y += side + gap;
    const [from, to] = strip.segments[i]!;
    return html`<path class="spp-line" stroke-opacity="0.55" d="M498 ${middle}${bend([498, middle], [x - 58, top + side / 2], 'x')}"/>
<text class="spp-muted" font-size="13" text-anchor="end" x="${round(x - 8)}" y="${round(top + side / 2 + 4.5)}">${n} × ${n}</text>
${band([x + side + 3, top], [x + side + 3, top + side], [826, from], [826, to], 'x')}
${grid(n, [x, top], cell)}`;
  });
  return html`${heading(40, 44, 'start', 'Image of any size', 'neither cropped nor warped')}
${heading(316, 44, 'start', 'Feature maps', 'convolutions keep the shape')}
${heading(642, 44, 'middle', 'Pyramid of bins', 'each keeps its maximum')}
${heading(830, 44, 'start', 'Vector of fixed length', `${words}, always`)}
${scene(40, 112, 180, 120)}${scene(40, 258, 78, 117)}${scene(134, 258, 86, 86)}
${arrow([240, middle], [296, middle])}
${mapStack(316, middle - 54, 12)}
${grids}
${strip.cells.map(({ at, bin }) => valueCell([830, at], [30, strip.size], bin))}
${arrow([876, middle], [920, middle])}
<text class="spp-ink" x="934" y="${middle - 4}">any classifier</text><text class="spp-muted" font-size="13" x="934" y="${middle + 15}">of plain layers</text>`;
}

function column(levels: readonly number[], words: string): Markup {
  const cell = Math.min(14, 196 / sum(levels));
  const gap = 28;
  const wide = sum(levels) * cell + gap * (levels.length - 1);
  const strip = stripPlaces(levels, 5, 320);
  const bottom = 620;
  let x = 165 - wide / 2;
  const grids = levels.map((n, i) => {
    const [left, side] = [x, n * cell];
    x += side + gap;
    const [from, to] = strip.segments[i]!;
    return html`<text class="spp-muted" font-size="13" text-anchor="middle" x="${round(left + side / 2)}" y="${round(bottom - side - 8)}">${n} × ${n}</text>
${band([left, bottom + 3], [left + side, bottom + 3], [from, 694], [to, 694], 'y')}
${grid(n, [left, bottom - side], cell)}`;
  });
  return html`${heading(165, 18, 'middle', 'Image of any size', 'neither cropped nor warped')}
${scene(12, 58, 132, 88)}${scene(162, 58, 59, 88)}${scene(239, 68, 78, 78)}
${arrow([165, 160], [165, 196])}
${heading(165, 224, 'middle', 'Feature maps', 'convolutions keep the shape')}
${mapStack(80, 292, 12)}
${arrow([165, 414], [165, 450])}
${heading(165, 478, 'middle', 'Pyramid of bins', 'each keeps its maximum')}
${grids}
${strip.cells.map(({ at, bin }) => valueCell([at, 698], [strip.size, 26], bin))}
${heading(165, 756, 'middle', 'Vector of fixed length', `${words}, always`)}`;
}

/** A map with two bright spots, as a convolution might leave it. */
const MAP: FeatureMap = (() => {
  const [width, height] = [13, 9];
  const spot = (x: number, y: number, cx: number, cy: number, spread: number) =>
    Math.exp(-((x - cx) ** 2 + (y - cy) ** 2) / spread);
  const values = Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return 0.95 * spot(x, y, 3, 2.6, 3.5) + 0.75 * spot(x, y, 8.6, 5.8, 6) + 0.35 * spot(x, y, 11.3, 1.2, 2);
  });
  return { width, height, values };
})();

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const round = (value: number) => Math.round(value * 10) / 10;

function heading(x: number, y: number, anchor: 'start' | 'middle', title: string, note: string): Markup {
  return html`<text class="spp-ink" font-size="16" font-weight="650" text-anchor="${anchor}" x="${x}" y="${y}">${title}</text><text class="spp-muted" font-size="13" text-anchor="${anchor}" x="${x}" y="${y + 21}">${note}</text>`;
}

/** A landscape in a frame. */
function scene(x: number, y: number, width: number, height: number): Markup {
  const at = (u: number, v: number) => `${round(x + u * width)} ${round(y + v * height)}`;
  return html`<rect class="spp-sky" x="${x}" y="${y}" width="${width}" height="${height}"/><circle class="spp-sun" cx="${round(x + 0.72 * width)}" cy="${round(y + 0.28 * height)}" r="${round(0.11 * Math.min(width, height))}"/>
<path class="spp-hill" fill-opacity="0.55" d="M${at(0.38, 1)}L${at(0.7, 0.54)}L${at(1, 0.97)}V${round(y + height)}Z"/><path class="spp-hill" d="M${at(0, 1)}V${round(y + 0.84 * height)}L${at(0.32, 0.36)}L${at(0.72, 1)}Z"/>`;
}

function arrow([x0, y0]: Point, [x1, y1]: Point): Markup {
  const [dx, dy] = [Math.sign(x1 - x0), Math.sign(y1 - y0)];
  const head = `M${x1 - 7 * dx - 5 * dy} ${y1 - 7 * dy - 5 * dx}L${x1} ${y1}L${x1 - 7 * dx + 5 * dy} ${y1 - 7 * dy + 5 * dx}`;
  return html`<path class="spp-line" stroke-linecap="round" stroke-linejoin="round" d="M${x0} ${y0}L${x1} ${y1}${head}"/>`;
}

/** The map in front of three more channels. */
function mapStack(x: number, y: number, cell: number): Markup {
  const [width, height] = [MAP.width * cell, MAP.height * cell];
  return html`${[3, 2, 1].map((i) => html`<rect class="spp-plane" x="${x + 8 * i}" y="${y - 8 * i}" width="${width}" height="${height}"/>`)}
<rect class="spp-plane" x="${x}" y="${y}" width="${width}" height="${height}"/>${Array.from(MAP.values, (value, i) => {
    const strength = heat(value, [0, 1]);
    return (
      strength > 0.02 &&
      html`<rect class="spp-heat" x="${x + (i % MAP.width) * cell}" y="${y + Math.floor(i / MAP.width) * cell}" width="${cell}" height="${cell}" fill-opacity="${strength}"/>`
    );
  })}`;
}

function grid(bins: number, [x, y]: Point, cell: number): Markup {
  return html`${levelBins(MAP, bins).map((bin) => valueCell([x + bin.column * cell, y + bin.row * cell], [cell, cell], bin))}`;
}

function valueCell([x, y]: Point, [width, height]: Point, bin: Bin): Markup {
  const inset = 0.05 * Math.min(width, height, 14);
  const place = html`x="${round(x + inset)}" y="${round(y + inset)}" width="${round(width - 2 * inset)}" height="${round(height - 2 * inset)}" rx="${Math.min(width, height) > 8 ? 1.5 : 0.8}"`;
  return html`<rect class="spp-ground" ${place}/><rect class="spp-heat" ${place} fill-opacity="${heat(bin.value, [0, 1])}"/>`;
}

/** Where every value stands along the vector, and where each level begins and ends. */
function stripPlaces(levels: readonly number[], start: number, length: number) {
  const gap = 5;
  const size = (length - gap * (levels.length - 1)) / sum(levels.map((n) => n * n));
  const cells: { at: number; bin: Bin }[] = [];
  const segments: Point[] = [];
  let at = start;
  for (const n of levels) {
    const from = at;
    for (const bin of levelBins(MAP, n)) {
      cells.push({ at, bin });
      at += size;
    }
    segments.push([from, at]);
    at += gap;
  }
  return { size, cells, segments };
}

/** The rest of a path that leaves `from` and arrives at `to` along the x or the y axis. */
function bend(from: Point, to: Point, along: 'x' | 'y'): string {
  const half = along === 'x' ? (from[0] + to[0]) / 2 : (from[1] + to[1]) / 2;
  const handles = along === 'x' ? [half, from[1], half, to[1]] : [from[0], half, to[0], half];
  return `C${[...handles, ...to].map(round).join(' ')}`;
}

/** A bent ribbon from the edge `a`-`b` of a grid to the edge `c`-`d` of the vector; `along` is the way it runs. */
function band(a: Point, b: Point, c: Point, d: Point, along: 'x' | 'y'): Markup {
  return html`<path class="spp-band" d="M${a.map(round).join(' ')}${bend(a, c, along)}L${d.map(round).join(' ')}${bend(d, b, along)}Z"/>`;
}
