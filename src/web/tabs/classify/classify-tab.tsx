import type { ScoredClass } from '../../engine/wire.js';
import { adapter } from '../../state.js';
import { OwnPictures } from '../../ui/add-pictures.js';
import { bytesOf, FileButton, ProgressLine, percent, Slider } from '../../ui/controls.js';
import { PictureCanvas } from '../../ui/picture-canvas.js';
import { useFiles } from '../../ui/receive-files.js';
import {
  channel,
  choose,
  chooseLast,
  level,
  look,
  model,
  modelName,
  negative,
  picture,
  progress,
  region,
  samples,
  seen,
  side,
  takeFiles,
  told,
  useModel,
  useOwnNet,
} from './classify-state.js';
import { FeatureMap } from './feature-map.js';

/** A picture of any size, what the net says of it, and how it comes to that. */
export function ClassifyTab() {
  useFiles('classify', takeFiles);
  return (
    <div class="page">
      <div class="lead">
        <h1>One net, every size</h1>
        <p>
          A picture keeps its size and shape. The convolutions give a map as large as it is, the pyramid divides the map
          into a fixed number of bins, and so any picture, and any window of one, becomes a vector of one length.
        </p>
      </div>
      <section class="card" aria-label="Net">
        <div class="buttons">
          <button
            type="button"
            class="primary"
            disabled={!adapter.value || progress.value !== null}
            onClick={useOwnNet}
          >
            {model.value ? 'Use the net of this page' : 'Train a small net of digits'}
          </button>
          <FileButton
            accept=".safetensors,.onnx"
            onFiles={async ([file]) => file && useModel(await bytesOf(file), file.name)}
          >
            Open a net
          </FileButton>
          <FileButton
            accept=".safetensors"
            onFiles={async ([file]) => file && useModel(await bytesOf(file), file.name, 'squeezenet11')}
          >
            Open SqueezeNet weights
          </FileButton>
          <OwnPictures onPictures={chooseLast} />
        </div>
        <ProgressLine progress={progress.value} />
        {model.value && (
          <p class="hint">
            {model.value.title}, {modelName.value}: {model.value.parameters.toLocaleString('en')} weights, a vector of
            one length for every size.
          </p>
        )}
        {samples.value.length > 0 && (
          <ul class="samples" aria-label="Sample pictures">
            {samples.value.map((sample) => (
              <li key={sample.id}>
                <button
                  type="button"
                  class="sample"
                  aria-pressed={picture.value?.id === sample.id}
                  aria-label={`${sample.name}, ${sample.width} x ${sample.height} pixels`}
                  onClick={() => choose(sample)}
                >
                  <PictureCanvas picture={sample} label="" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </section>
      {picture.value && seen.value && region.value && (
        <div class="columns">
          <section class="card" aria-labelledby="whole-title">
            <h2 id="whole-title">The picture</h2>
            <div class="shown">
              <PictureCanvas picture={picture.value} label={picture.value.name} />
            </div>
            <Slider
              label="Shorter side of the input"
              min={model.value!.minimumSize}
              max={Math.max(96, 2 * model.value!.inputSize)}
              step={1}
              value={side.value}
              show={(value) => `${value} px`}
              onInput={(value) => {
                side.value = value;
                void look();
              }}
            />
            <label class="check">
              <input
                type="checkbox"
                checked={negative.value}
                onChange={(event) => {
                  negative.value = event.currentTarget.checked;
                  void look();
                }}
              />{' '}
              exchange light and dark (this net of digits reads light ink on dark)
            </label>
            <Top list={seen.value.top} testId="top" />
            <p class="hint">
              {picture.value.full.width} × {picture.value.full.height} pixels, looked at with {seen.value.input.width} ×{' '}
              {seen.value.input.height}; {seen.value.milliseconds.toFixed(0)} ms
            </p>
          </section>
          <section class="card" aria-labelledby="map-title">
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
              <Top list={told.value.top} testId="window-top" />
            ) : (
              <p class="hint">The head of this net is not a pyramid: a window has a vector, but no prediction.</p>
            )}
          </section>
        </div>
      )}
    </div>
  );
}

function Top({ list, testId }: { list: readonly ScoredClass[]; testId: string }) {
  return (
    <ol class="top-list" data-testid={testId}>
      {list.map(({ label, probability }) => (
        <li key={label}>
          <span class="name">{label}</span>
          <span class="bar" style={{ width: `${100 * probability}%` }} />
          <span class="figure">{percent(probability)}</span>
        </li>
      ))}
    </ol>
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
