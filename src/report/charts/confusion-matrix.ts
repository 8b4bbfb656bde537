/** Confusion matrices: a cell a pair of classes, true class down, chosen class across. */
import { axisX, axisY, cell, text } from '@observablehq/plot';
import { count, shorten } from '../format.js';
import { html, type Markup, trusted } from '../html.js';
import { confusionCount } from '../statistics.js';
import { INK, MUTED, PAPER, plotSvg, TONES, textWidth } from './plot-svg.js';

/** Up to this many classes a matrix is drawn at all; beyond, its cells would be smaller than a pixel. */
export const DRAWN_CLASSES = 300;

/** Up to this many classes every cell carries its count and every row its name. */
export const LETTERED_CLASSES = 24;

interface Cell {
  truth: number;
  predicted: number;
  times: number;
  /** Share of the images of the true class. */
  share: number;
}

function cellsOf(size: number, confusion: readonly (readonly number[])[]): Cell[] {
  const cells: Cell[] = [];
  for (let truth = 0; truth < size; truth++) {
    const row = Array.from({ length: size }, (_, predicted) => confusionCount(confusion, truth, predicted));
    const total = row.reduce((sum, times) => sum + times, 0);
    row.forEach((times, predicted) => {
      if (times > 0) cells.push({ truth, predicted, times, share: times / total });
    });
  }
  return cells;
}

/** Rare mistakes stay visible: the square root lifts 1 % to a tenth of full strength. */
const strength = (share: number) => 0.1 + 0.9 * Math.sqrt(share);

/** A matrix with counts and names, for up to `LETTERED_CLASSES` classes. Right answers in one colour, mistakes in the other. */
export function confusionMatrix(
  classes: readonly string[],
  confusion: readonly (readonly number[])[],
  width: number,
  description: string,
): Markup {
  const size = classes.length;
  const short = classes.every((name) => Array.from(name).length <= 2);
  const rows = classes.map((name, i) => (short ? name : `${shorten(name, width > 400 ? 16 : 10)} ${i + 1}`));
  const marginLeft = 34 + Math.max(...rows.map(textWidth));
  const side = width - marginLeft - 4;
  const cells = cellsOf(size, confusion);
  const pitch = side / size;
  const fontSize = Math.min(12, Math.max(8, pitch / 2));
  const lettered = pitch >= 15 ? cells : [];
  const place = { x: 'predicted', y: 'truth' } as const;
  const tick = { tickSize: 0, tickPadding: 6, fill: INK, fontSize: Math.min(12, Math.max(8, 0.75 * pitch)) } as const;
  const shades = (right: boolean) =>
    cell(
      cells.filter((one) => (one.truth === one.predicted) === right),
      { ...place, fill: TONES[right ? 1 : 2], fillOpacity: (one: Cell) => strength(one.share), inset: 0.75, rx: 2 },
    );
  return plotSvg(
    {
      width,
      height: side + 58,
      marginLeft,
      marginRight: 4,
      marginTop: 54,
      marginBottom: 4,
      x: { type: 'band', domain: classes.map((_, i) => i), padding: 0 },
      y: { type: 'band', domain: classes.map((_, i) => i), padding: 0 },
      opacity: { type: 'identity' },
      marks: [
        cell(
          classes.flatMap((_, truth) => classes.map((__, predicted) => ({ truth, predicted }))),
          { ...place, fill: MUTED, fillOpacity: 0.07, inset: 0.75, rx: 2 },
        ),
        shades(true),
        shades(false),
        text(
          lettered.filter((one) => strength(one.share) < 0.6),
          { ...place, text: (one: Cell) => count(one.times), fill: INK, fontSize },
        ),
        text(
          lettered.filter((one) => strength(one.share) >= 0.6),
          { ...place, text: (one: Cell) => count(one.times), fill: PAPER, fontSize },
        ),
        axisX({
          ...tick,
          anchor: 'top',
          label: 'the net says',
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: 42,
          tickFormat: (i: number) => (short ? classes[i]! : String(i + 1)),
        }),
        axisY({
          ...tick,
          label: 'the truth',
          labelAnchor: 'center',
          labelArrow: 'none',
          labelOffset: marginLeft - 8,
          tickFormat: (i: number) => rows[i]!,
        }),
      ],
    },
    description,
  );
}

/** A matrix without lettering for many classes: colour alone, and class numbers along two sides. */
export function largeConfusionMatrix(
  size: number,
  confusion: readonly (readonly number[])[],
  width: number,
  description: string,
): Markup {
  const shades = 12;
  const paths: string[][] = Array.from({ length: 2 * shades }, () => []);
  for (const one of cellsOf(size, confusion)) {
    const level = Math.min(shades - 1, Math.floor(strength(one.share) * shades));
    paths[level + (one.truth === one.predicted ? 0 : shades)]!.push(`M${one.predicted} ${one.truth}h1v1h-1z`);
  }
  const margin = 46;
  const scale = (width - margin) / size;
  const step = [1, 5, 10, 20, 50, 100].find((every) => size / every <= (width > 400 ? 11 : 6)) ?? size;
  const labels = Array.from({ length: Math.floor(size / step) }, (_, i) => ({
    name: (i + 1) * step,
    at: Math.round(((i + 1) * step - 0.5) * scale),
  }));
  const middle = Math.round((width - margin) / 2);
  return html`<svg class="plot" role="img" aria-label="${description}" viewBox="${-margin} ${-margin} ${width} ${width}">
<g transform="scale(${scale.toFixed(4)})"><rect width="${size}" height="${size}" fill="${MUTED}" fill-opacity="0.07"/>
${paths.map((path, i) => path.length > 0 && html`<path fill="${TONES[i < shades ? 1 : 2]}" fill-opacity="${(((i % shades) + 0.5) / shades).toFixed(2)}" d="${trusted(path.join(''))}"/>`)}</g>
<g fill="${MUTED}">${labels.map(({ name, at }) => html`<text text-anchor="middle" x="${at}" y="-7">${name}</text><text text-anchor="end" x="-7" y="${at + 4}">${name}</text>`)}</g>
<g fill="${INK}" text-anchor="middle"><text x="${middle}" y="-32">the net says (class number)</text><text transform="translate(-36 ${middle}) rotate(-90)">the truth (class number)</text></g></svg>`;
}
