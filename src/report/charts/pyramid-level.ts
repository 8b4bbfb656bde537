/** One level of the pyramid: its windows over a real map, and what max pooling keeps of them. */
import { html, type Markup } from '../html.js';
import { type Bin, levelBins, mapRange } from '../pyramid-bins.js';
import type { FeatureMap } from '../types.js';

const CELL = 10;

/** Strength of the heat colour for a value of a map; 0 for what is not a number. */
export function heat(value: number, [low, high]: [number, number]): number {
  if (!Number.isFinite(value)) return 0;
  return Math.round(100 * Math.min(1, Math.max(0, (value - low) / (high - low)))) / 100;
}

/** The map's cells as squares of `CELL` units. */
function heatCells(map: FeatureMap): Markup {
  const range = mapRange(map);
  return html`<rect class="heat-ground" width="${map.width * CELL}" height="${map.height * CELL}"/>${Array.from(
    { length: map.height },
    (_, y) =>
      Array.from({ length: map.width }, (__, x) => {
        const strength = heat(map.values[y * map.width + x] ?? Number.NaN, range);
        return (
          strength > 0 &&
          html`<rect class="heat" x="${x * CELL}" y="${y * CELL}" width="${CELL}" height="${CELL}" fill-opacity="${strength}"/>`
        );
      }),
  )}`;
}

/** The map alone. */
export function mapPicture(map: FeatureMap, description: string): Markup {
  return html`<svg class="plot map" preserveAspectRatio="xMinYMax" role="img" aria-label="${description}" viewBox="0 0 ${map.width * CELL} ${map.height * CELL}">${heatCells(map)}</svg>`;
}

/** The map under the level's windows; the cell that each window keeps carries a dot. Neighbours are inset differently, so that overlaps show. */
export function levelWindows(map: FeatureMap, bins: number, description: string): Markup {
  const windows = levelBins(map, bins);
  const inset = (bin: Bin) => ((bin.row + bin.column) % 2 === 0 ? 0.9 : 2.3);
  return html`<svg class="plot map" preserveAspectRatio="xMinYMax" role="img" aria-label="${description}" viewBox="-1 -1 ${map.width * CELL + 2} ${map.height * CELL + 2}">${heatCells(map)}
${windows.map((bin) => {
  const edge = inset(bin);
  const [x, y] = [bin.x0 * CELL + edge, bin.y0 * CELL + edge];
  const [width, height] = [(bin.x1 - bin.x0) * CELL - 2 * edge, (bin.y1 - bin.y0) * CELL - 2 * edge];
  return html`<rect class="window ${(bin.row + bin.column) % 2 === 0 ? 'even' : 'odd'}" x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${width.toFixed(1)}" height="${height.toFixed(1)}" rx="1.5"/>`;
})}
${keptCells(windows).map((bin) => html`<circle class="kept" cx="${bin.maxX * CELL + CELL / 2}" cy="${bin.maxY * CELL + CELL / 2}" r="2.6"/>`)}</svg>`;
}

/** A cell may be the largest of several windows that overlap: it is marked once. */
function keptCells(windows: readonly Bin[]): Bin[] {
  return [...new Map(windows.map((bin) => [`${bin.maxY},${bin.maxX}`, bin])).values()];
}

/** What the level keeps: `bins` x `bins` values in the map's own colours. */
export function levelValues(map: FeatureMap, bins: number, description: string): Markup {
  const range = mapRange(map);
  return html`<svg class="plot pooled" role="img" aria-label="${description}" viewBox="0 0 ${bins * CELL} ${bins * CELL}">${levelBins(map, bins).map((bin) => valueCell(bin, range))}</svg>`;
}

function valueCell(bin: Bin, range: [number, number]): Markup {
  const place = html`x="${bin.column * CELL + 0.5}" y="${bin.row * CELL + 0.5}" width="${CELL - 1}" height="${CELL - 1}" rx="1"`;
  return html`<rect class="heat-ground" ${place}/><rect class="heat" ${place} fill-opacity="${heat(bin.value, range)}"/>`;
}

/** All levels' values one after the other: this channel's part of the fixed-length vector. */
export function vectorStrip(map: FeatureMap, levels: readonly number[], description: string): Markup {
  const range = mapRange(map);
  const gap = 1;
  let at = 0;
  const cells = levels.flatMap((bins, level) => {
    if (level > 0) at += gap;
    return levelBins(map, bins).map((bin) => {
      const x = at;
      at += 1;
      const place = html`x="${x + 0.05}" width="0.9" height="2.4" rx="0.15"`;
      return html`<rect class="heat-ground" ${place}/><rect class="heat" ${place} fill-opacity="${heat(bin.value, range)}"/>`;
    });
  });
  return html`<svg class="plot strip" role="img" aria-label="${description}" viewBox="0 0 ${Math.max(1, at)} 2.4">${cells}</svg>`;
}
