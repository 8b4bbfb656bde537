/** What a detector gets wrong, in pictures. */

import type { FailureGroup, FailureSample, ReportBox } from '../detection-types.js';
import { count, shorten } from '../format.js';
import { type Content, html, type Markup } from '../html.js';
import { pngDataUri } from '../png.js';
import { thumbnail } from '../thumbnail.js';

/** Longest side of a picture in the file, in pixels. */
const SIDE = 168;

/** The groups that have something in them, each with its pictures. */
export function failureGallery(groups: readonly FailureGroup[]): Content {
  const shown = groups.filter(({ samples }) => samples.length > 0);
  if (shown.length === 0) return html`<p class="nothing">Nothing went wrong.</p>`;
  return html`<ul class="key finds-key"><li><i class="mark line tone-2"></i>found</li><li><i class="mark dash tone-1"></i>annotated</li></ul>
${shown.map(
  ({ title, note, total, samples }) =>
    html`<div class="finds-group"><h3>${title} <small>${samples.length < total && `${samples.length} of `}${count(total)}</small></h3><p class="small">${note}</p><ul class="finds">${samples.map(shot)}</ul></div>`,
)}`;
}

function shot({ image, detection, object, name, caption }: FailureSample): Markup {
  const small = thumbnail(image, SIDE);
  const frame = (box: ReportBox | undefined, kind: string): Content =>
    box &&
    html`<rect class="${kind}" x="${box.x0}" y="${box.y0}" width="${Math.max(0, box.x1 - box.x0)}" height="${Math.max(0, box.y1 - box.y0)}"/>`;
  return html`<li><div class="shot"><img src="${pngDataUri(small)}" width="${small.width}" height="${small.height}" alt="${shorten(caption)}, in ${shorten(name)}"><svg viewBox="0 0 ${image.width} ${image.height}" preserveAspectRatio="none" aria-hidden="true">${frame(object, 'annotated')}${frame(detection, 'found')}</svg></div><p class="finds-caption">${shorten(caption)}<br><small><bdi>${shorten(name, 40)}</bdi></small></p></li>\n`;
}
