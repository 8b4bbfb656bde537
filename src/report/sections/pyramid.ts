/** The pyramid on real maps: windows of every level, what they keep, and the vector that is always as long. */
import { levelValues, levelWindows, mapPicture, vectorStrip } from '../charts/pyramid-level.js';
import { count, plural } from '../format.js';
import { type Content, html, type Markup } from '../html.js';
import { section } from '../page.js';
import { pngDataUri } from '../png.js';
import { binRange } from '../pyramid-bins.js';
import { thumbnail } from '../thumbnail.js';
import type { FeatureMap, PyramidExample } from '../types.js';

/** Section "The pyramid at work". */
export function pyramidSection(pyramids: readonly PyramidExample[], levels: readonly number[]): Content {
  const usable = pyramids.filter(({ map }) => map.width > 0 && map.height > 0);
  if (usable.length === 0) return null;
  const bins = levels.reduce((sum, n) => sum + n * n, 0);
  return section(
    'The pyramid at work',
    html`Real maps of the trained net: one of its channels, stronger colour for a stronger response. Every level lays its windows over the same map. Windows begin at the floor and end at the ceiling of equal parts, so neighbours share a cell where the map does not divide evenly. Each window keeps its largest value (orange dot). However large the map, ${plural(bins, 'number')} remain.`,
    usable.map((example) => pyramidExample(example, levels)),
  );
}

function pyramidExample({ image, map, channel, caption }: PyramidExample, levels: readonly number[]): Markup {
  const size = `${map.width}\u00a0×\u00a0${map.height}`;
  const shape = Math.max(0.8, map.width / map.height).toFixed(3); // a tall map is narrower than its column, not taller than the screen
  return html`<div class="example">${caption && html`<h3>${caption}</h3>`}
<div class="source">
<figure><div class="stage"><img src="${pngDataUri(thumbnail(image, 300))}" width="${image.width}" height="${image.height}" alt="The picture"></div><figcaption><b>The picture</b>${image.width}\u00a0×\u00a0${image.height} pixels</figcaption></figure>
<figure><div class="stage">${mapPicture(map, `Feature map of ${size} cells as a heat map`)}</div><figcaption><b>Its map</b>${size} cells${channel !== undefined && `, channel ${count(channel)}`}</figcaption></figure>
</div>
<div class="row" style="--stage:${shape}">${levels.map((bins) => level(map, bins))}
</div>
${vectorStrip(map, levels, `This channel's ${levels.reduce((sum, n) => sum + n * n, 0)} pooled values in a row`)}
<p class="small">All levels in a row: this channel’s part of the vector (${levels.map((n) => n * n).join(' + ')} = ${count(levels.reduce((sum, n) => sum + n * n, 0))}).</p></div>`;
}

function level(map: FeatureMap, bins: number): Markup {
  const windows = `${range(bins, map.width)}\u00a0×\u00a0${range(bins, map.height)}`;
  return html`<figure><div class="stage">${levelWindows(map, bins, `${bins} by ${bins} windows over the map, each ${windows} cells, with a dot on the largest value of each`)}</div><figcaption><b>${bins}\u00a0×\u00a0${bins} ${bins === 1 ? 'bin' : 'bins'}</b>${windows} cells${bins > 1 && ' each'}</figcaption>${levelValues(map, bins, `The ${bins * bins} values that remain`)}</figure>`;
}

/** Sides of a level's windows: "3", or "3–4" where they differ. */
function range(bins: number, size: number): string {
  const sides = Array.from({ length: bins }, (_, i) => binRange(i, bins, size)).map(([start, end]) => end - start);
  const [least, most] = [Math.min(...sides), Math.max(...sides)];
  return least === most ? String(least) : `${least}–${most}`;
}
