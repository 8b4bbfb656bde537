/** Pictures with what a net said about them. */
import { bar } from '../charts/class-bars.js';
import { percent, shorten } from '../format.js';
import { type Content, html, type Markup } from '../html.js';
import { pngDataUri } from '../png.js';
import { thumbnail } from '../thumbnail.js';
import type { RankedSample, Sample } from '../types.js';

/** Longest side of a photograph in the file, in pixels: twice what is shown, for dense screens, would triple the file. */
const PHOTO_SIDE = 112;

/** Small pictures at their own relative sizes (one magnification for all of them, `longest` CSS pixels at most). */
export function digitGrid(samples: readonly Sample[], longest = 104): Markup {
  if (samples.length === 0) return html`<p class="nothing">No samples.</p>`;
  const most = Math.max(...samples.map(({ image }) => Math.max(image.width, image.height)));
  const scale = longest / most;
  return html`<ul class="digits">${samples.map((sample) => digit(sample, scale))}</ul>`;
}

function digit({ image, label, prediction, probability }: Sample, scale: number): Markup {
  const right = label === prediction;
  const small = thumbnail(image, 512);
  return html`<li class="${right ? 'right' : 'wrong'}"><img src="${pngDataUri(small)}" width="${Math.round(image.width * scale)}" height="${Math.round(image.height * scale)}" alt="Image of ${shorten(label)}, ${image.width} by ${image.height} pixels"><span class="verdict"><b aria-label="${right ? 'right' : 'wrong'}">${right ? '✓' : '✗'}</b> <bdi>${shorten(prediction, 16)}</bdi> <small>${percent(probability, 0)}</small>${!right && html`<br><small>is <bdi>${shorten(label, 16)}</bdi></small>`}<br><small>${image.width}\u00a0×\u00a0${image.height}</small></span></li>\n`;
}

/** Photographs with the five most likely classes of each. */
export function photoGrid(samples: readonly RankedSample[]): Content {
  return html`<ul class="photos">${samples.map(photo)}</ul>`;
}

function photo({ image, name, label, labels, top }: RankedSample): Markup {
  const small = thumbnail(image, PHOTO_SIDE);
  const best = top[0];
  const truth = labels ?? (label === undefined ? undefined : [label]);
  const called = truth && (truth.length > 0 ? truth.join(', ') : 'none of the classes');
  const verdict = truth === undefined || !best ? null : truth.includes(best.label);
  return html`<li class="${verdict === true && 'right'}${verdict === false && 'wrong'}"><img src="${pngDataUri(small)}" width="${small.width}" height="${small.height}" alt="${called === undefined ? 'Picture' : `Picture of ${shorten(called)}`}"><div><span class="name">${verdict !== null && html`<b aria-label="${verdict ? 'right' : 'wrong'}">${verdict ? '✓' : '✗'}</b> `}<bdi>${shorten(called ?? name ?? 'unknown')}</bdi>${called !== undefined && name !== undefined && html`<br><small><bdi>${shorten(name, 40)}</bdi></small>`}</span>
<ol>${top
    .slice(0, 5)
    .map(
      (guess) =>
        html`<li class="${truth?.includes(guess.label) && 'true'}"><bdi>${shorten(guess.label, 40)}</bdi><span>${percent(guess.probability)}</span>${bar(guess.probability, !truth || truth.includes(guess.label) ? 1 : 2)}</li>`,
    )}</ol></div></li>\n`;
}
