/** One bar a class, as page text and style, so that names stay readable at every width and for any number of classes. */
import { count, percent, shorten } from '../format.js';
import { html, type Markup } from '../html.js';
import { accuracy } from '../statistics.js';
import type { Bucket } from '../types.js';

/** Bars of the share of right answers, in the order given; `ranks` are the numbers in front of the names. */
export function classBars(buckets: readonly Bucket[], ranks: readonly number[]): Markup {
  return html`<ul class="class-bars">${buckets.map((bucket, i) => {
    const share = accuracy(bucket);
    return html`<li><span class="rank">${ranks[i]}</span><bdi class="name" title="${shorten(bucket.label, 200)}">${shorten(bucket.label, 32)}</bdi><span class="value">${percent(share, 0)}<small> of ${count(bucket.total)}</small></span>${bar(share)}</li>\n`;
  })}</ul>`;
}

/** A bar that fills `share` of its line; empty for NaN. Says nothing to screen readers: its number stands beside it. */
export function bar(share: number, tone: 1 | 2 = 1): Markup {
  const width = Number.isFinite(share) ? Math.min(1, Math.max(0, share)) * 100 : 0;
  return html`<span class="bar" aria-hidden="true"><i class="tone-${tone}" style="width:${width.toFixed(1)}%"></i></span>`;
}
