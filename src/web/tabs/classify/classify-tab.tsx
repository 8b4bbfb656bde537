import { adapter } from '../../state.js';
import { OwnPictures } from '../../ui/add-pictures.js';
import { bytesOf, FileButton, ProgressLine, Slider } from '../../ui/controls.js';
import { PictureCanvas } from '../../ui/picture-canvas.js';
import { useFiles } from '../../ui/receive-files.js';
import {
  choose,
  chooseLast,
  look,
  model,
  modelName,
  negative,
  picture,
  progress,
  samples,
  seen,
  side,
  takeFiles,
  useModel,
  useOwnNet,
} from './classify-state.js';
import { MapCard } from './map-card.js';
import { ScoreList } from './score-list.js';

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
      {model.value && picture.value && (
        <div class="columns">
          <section class="card" aria-labelledby="whole-title" aria-busy={seen.value?.of !== picture.value}>
            <h2 id="whole-title">The picture</h2>
            <div class="shown">
              <PictureCanvas picture={picture.value} label={picture.value.name} />
            </div>
            <Slider
              label="Shorter side of the input"
              min={model.value.minimumSize}
              max={Math.max(96, 2 * model.value.inputSize)}
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
            {seen.value && (
              <>
                <ScoreList list={seen.value.top} testId="top" />
                <p class="hint">
                  {seen.value.of.full.width} × {seen.value.of.full.height} pixels, looked at with{' '}
                  {seen.value.input.width} × {seen.value.input.height}; {seen.value.milliseconds.toFixed(0)} ms
                </p>
              </>
            )}
          </section>
          <MapCard />
        </div>
      )}
    </div>
  );
}
