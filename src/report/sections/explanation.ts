/** What spatial pyramid pooling is, in plain words. */
import { count } from '../format.js';
import { type Content, html } from '../html.js';
import { section } from '../page.js';
import { summarySvg } from '../summary-svg.js';

/** Section "What is spatial pyramid pooling?" for a net with these levels and channels. */
export function explanation(levels: readonly number[], channels: number): Content {
  const squares = levels.map((n) => n * n);
  const bins = squares.reduce((sum, n) => sum + n, 0);
  const picture = (layout: 'row' | 'column') =>
    html`<div class="${layout === 'row' ? 'for-wide' : 'for-narrow'}">${summarySvg({ levels, channels, layout, card: false })}</div>`;
  return section(
    'What is spatial pyramid pooling?',
    null,
    html`<div class="prose">
<p>The first layers of an image net are convolutions: small pattern detectors that slide over the picture. They do not mind how large it is; a larger picture simply gives larger maps of where each pattern was found.</p>
<p>The last layers do mind. They are plain weighted sums, and a weighted sum needs the same count of numbers every time. So ordinary nets cut or squeeze every picture to one size first, and things get lost or distorted.</p>
<p>Spatial pyramid pooling (He, Zhang, Ren and Sun, 2014) moves that step to the end. It divides each map, whatever its size, into ${levels.map((n) => `${n}\u00a0×\u00a0${n}`).join(', ')} windows and keeps the strongest response of each: ${squares.join(' + ')} = ${count(bins)} numbers for each of ${count(channels)} channels, ${count(bins * channels)} in all, always. Coarse levels say whether a pattern is there at all, fine ones say where.</p>
</div>
${picture('row')}${picture('column')}`,
  );
}
