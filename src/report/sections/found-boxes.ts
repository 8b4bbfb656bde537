/** Pictures with what a detector found in them. */
import type { ExamplePicture } from '../detection-types.js';
import { shorten } from '../format.js';
import { html, type Markup } from '../html.js';
import { pngDataUri } from '../png.js';
import { thumbnail } from '../thumbnail.js';

/** Longest side of a picture in the file, in pixels. */
const SIDE = 320;

/** Each picture with its boxes, right ones and wrong ones, and their labels. */
export function foundBoxes(pictures: readonly ExamplePicture[]): Markup {
  return html`<ul class="key finds-key"><li><i class="mark line tone-1"></i>right</li><li><i class="mark dash tone-2"></i>wrong</li></ul>
<ul class="multiples">${pictures.map(example)}</ul>`;
}

function example({ image, name, boxes }: ExamplePicture): Markup {
  const small = thumbnail(image, SIDE);
  const lettering = 0.075 * Math.max(image.width, image.height);
  const labels = boxes.map(({ label }) => label).join(', ');
  return html`<li><div class="shot wide"><img src="${pngDataUri(small)}" width="${small.width}" height="${small.height}" alt="${shorten(name)}: ${shorten(labels || 'nothing')} found"><svg viewBox="0 0 ${image.width} ${image.height}" preserveAspectRatio="none" aria-hidden="true">${boxes.map(
    ({ box, right, label }) =>
      html`<rect class="${right ? 'right-box' : 'wrong-box'}" x="${box.x0}" y="${box.y0}" width="${Math.max(0, box.x1 - box.x0)}" height="${Math.max(0, box.y1 - box.y0)}"/><text class="${right ? 'right-box' : 'wrong-box'}" x="${box.x0}" y="${Math.max(lettering, box.y0 - 1.5)}" font-size="${lettering}">${shorten(label, 16)}</text>`,
  )}</svg></div></li>\n`;
}
