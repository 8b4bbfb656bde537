import { channel, level, model, picture, region, seen, told } from './classify-state.js';
import { FeatureMap } from './feature-map.js';
import { ScoreList } from './score-list.js';

/** The last map, and what a window of it says. */
export function MapCard() {
  if (!seen.value || !region.value) return null;
  return (
    <section class="card" aria-labelledby="map-title" aria-busy={seen.value.of !== picture.value}>
      <h2 id="map-title">The last map, and a window of it</h2>
      <FeatureMap />
      <p class="hint">Drag over the map, or move the window with the arrow keys.</p>
      <div class="buttons">
        <label>
          Channel{' '}
          <select
            value={channel.value}
            onChange={(event) => {
              channel.value = Number(event.currentTarget.value);
            }}
          >
            <option value={-1}>mean of all {seen.value.map.channels}</option>
            {Array.from({ length: seen.value.map.channels }, (_, c) => (
              <option key={c} value={c}>
                {c}
              </option>
            ))}
          </select>
        </label>
        <fieldset class="levels">
          <legend class="visually-hidden">Level of the pyramid that is drawn</legend>
          {(model.value!.levels.length > 0 ? model.value!.levels : [1, 2, 3, 6]).map((n) => (
            <label key={n}>
              <input
                type="radio"
                name="level"
                checked={level.value === n}
                onChange={() => {
                  level.value = n;
                }}
              />{' '}
              {n}×{n}
            </label>
          ))}
        </fieldset>
      </div>
      {told.value && <Vector values={told.value.vector} />}
      {told.value && told.value.top.length > 0 ? (
        <ScoreList list={told.value.top} testId="window-top" />
      ) : (
        <p class="hint">The head of this net is not a pyramid: a window has a vector, but no prediction.</p>
      )}
    </section>
  );
}

/** The pooled vector as a row of strokes. */
function Vector({ values }: { values: Float32Array }) {
  const shown = Array.from(values.subarray(0, 1600));
  const most = shown.reduce((largest, value) => Math.max(largest, value), 1e-9);
  const path = shown.map((value, i) => `M${i + 0.5} 40V${40 - (38 * Math.max(0, value)) / most}`).join('');
  return (
    <figure class="vector">
      <svg
        viewBox={`0 0 ${shown.length} 40`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`pooled vector of ${values.length} values`}
      >
        <path d={path} />
      </svg>
      <figcaption class="hint">its pooled vector: {values.length.toLocaleString('en')} values</figcaption>
    </figure>
  );
}
