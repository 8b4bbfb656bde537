/** A chart with its heading, its key, its one-sentence reading, and the same numbers as a table for those who cannot see it. */
import { type Content, html, type Markup } from './html.js';

/** A table's cells; the first cell of a row is its heading. */
export interface TableData {
  columns: string[];
  rows: Content[][];
  /** How many columns hold words, which begin at the left; 1 where left out. */
  words?: number;
}

/** One entry of a key: a mark in a series' colour (1 or 2; 0 is plain ink), drawn as the chart draws it. */
export interface KeyEntry {
  label: string;
  tone: 0 | 1 | 2;
  mark: 'line' | 'dash' | 'dot' | 'ring' | 'square' | 'diamond';
}

/** A chart drawn twice, for wide pages and for phones: lettering keeps its size, the style sheet shows one. */
export interface Responsive {
  wide: Markup;
  narrow: Markup;
}

/** Draws a chart at both widths (pixels). */
export function responsive(draw: (width: number) => Markup, wide = 520, narrow = 330): Responsive {
  return { wide: draw(wide), narrow: draw(narrow) };
}

/** A table that scrolls sideways on its own when it is too wide for the page. */
export function table({ columns, rows, words = 1 }: TableData, caption = 'Table'): Markup {
  const side = (column: number) => (column < words ? 'text' : 'number');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table>
<caption>${caption}</caption><thead><tr>${columns.map((name, i) => html`<th scope="col" class="${side(i)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map(([head, ...cells]) => html`<tr><th scope="row">${head}</th>${cells.map((cell, i) => html`<td class="${side(i + 1)}">${cell}</td>`)}</tr>\n`)}</tbody></table></div>`;
}

/** The key (legend) of a chart. */
function key(entries: readonly KeyEntry[]): Markup {
  return html`<ul class="key">${entries.map((entry) => html`<li><i class="mark ${entry.mark} tone-${entry.tone}"></i>${entry.label}</li>`)}</ul>`;
}

/** The parts of a figure. `chart` null: there was nothing to draw, and the figure says so. */
export interface FigureParts {
  title: string;
  note?: Content;
  key?: readonly KeyEntry[];
  chart: Responsive | Markup | null;
  table?: TableData;
  className?: string;
}

/** A whole figure. */
export function figure({ title, note, key: entries, chart, table: data, className }: FigureParts): Markup {
  return html`<figure class="figure ${className}"><figcaption><h3>${title}</h3>${note && html`<p>${note}</p>`}</figcaption>
${chart && entries && entries.length > 0 && key(entries)}
${drawing(chart)}
${data && data.rows.length > 0 && html`<details><summary>The same as a table</summary>${table(data, title)}</details>`}</figure>`;
}

function drawing(chart: Responsive | Markup | null): Markup {
  if (chart === null) return html`<p class="nothing">No data.</p>`;
  if ('wide' in chart)
    return html`<div class="for-wide">${chart.wide}</div><div class="for-narrow">${chart.narrow}</div>`;
  return chart;
}
