/** A report's few big numbers. */
import { type Content, html, type Markup } from '../html.js';

/** One big number: what it is, the number, a small unit behind it, and a line or two below. */
export interface HeadlineNumber {
  name: string;
  value: string;
  unit?: string;
  note?: Content;
  tone?: 1 | 2;
}

/** The row of big numbers under the title. */
export function headline(numbers: readonly HeadlineNumber[]): Markup {
  return html`<dl class="headline">${numbers.map(
    ({ name, value, unit, note, tone }) =>
      html`<div class="${tone && `tone-${tone}`}"><dt>${name}</dt><dd><p class="big">${value}${unit && html`<small>\u00a0${unit}</small>`}</p>${note && html`<p>${note}</p>`}</dd></div>`,
  )}</dl>`;
}

/** A share as a big number: 98.35 and a small percent sign. */
export function bigPercent(share: number, digits = 2): { value: string; unit?: string } {
  return Number.isFinite(share) ? { value: (100 * share).toFixed(digits), unit: '%' } : { value: '–' };
}
