import { engine } from '../../engine/client.js';
import { attempt } from '../../state.js';
import { bytesOf, download, FileButton, ProgressLine, StageBars } from '../../ui/controls.js';
import {
  backboneName,
  bareNet,
  boxCount,
  detectorName,
  fetchBackbone,
  openDetector,
  progress,
  report,
  train,
  useBackbone,
} from './teach-state.js';

/** Training, its stages, and the file that comes of it. */
export function TrainStep() {
  const done = report.value;
  const busy = progress.value !== null;
  return (
    <section class="card" aria-labelledby="train-title">
      <h2 id="train-title">
        <span class="number">2</span> Train
      </h2>
      <Backbone />
      <div class="buttons">
        <button type="button" class="primary" disabled={busy || boxCount.value === 0} onClick={train}>
          Train the detector
        </button>
        <FileButton
          accept=".safetensors"
          onFiles={async ([file]) => file && openDetector(await bytesOf(file), file.name)}
        >
          Open a detector
        </FileButton>
        {detectorName.value && (
          <button
            type="button"
            onClick={() =>
              attempt(async () => download(await (await engine()).teach.detectorFile(), 'detector.safetensors'))
            }
          >
            Download it
          </button>
        )}
      </div>
      {boxCount.value === 0 && <p class="hint">Draw at least one box first.</p>}
      <ProgressLine progress={progress.value} />
      {done && (
        <>
          <StageBars seconds={done.seconds} />
          <p class="hint" data-testid="taught">
            {done.windows} windows;{' '}
            {done.classes
              .map(
                ({ name, positives, negatives }) => `${name}: ${positives} boxes against ${negatives} hard negatives`,
              )
              .join('; ')}
            .
          </p>
        </>
      )}
      {detectorName.value && (
        <p class="hint">
          The same file runs in Node: <code>sppgpu detect photo.jpg --model detector.safetensors</code>
        </p>
      )}
    </section>
  );
}

/** What it looks with. */
function Backbone() {
  const take = async (file: File | undefined): Promise<void> => {
    if (file) await useBackbone(await bytesOf(file), file.name);
  };
  return (
    <details
      class="backbone"
      onDrop={(event) => {
        const [file] = event.dataTransfer?.files ?? [];
        if (!file) return;
        event.preventDefault(); // here it is a net, whatever its name
        void take(file);
      }}
    >
      <summary>Looks with {backboneName.value}</summary>
      <p class="hint">
        For photographs, give it a net that has seen some: a checkpoint of <code>sppgpu train</code>, an ONNX file, or
        published weights such as SqueezeNet's.
      </p>
      <div class="buttons">
        <label>
          Weights of{' '}
          <select
            value={bareNet.value}
            onChange={(event) => {
              bareNet.value = event.currentTarget.value;
            }}
          >
            <option value="">the net the file names</option>
            <option value="squeezenet11">SqueezeNet 1.1</option>
            <option value="zf5">ZF-5</option>
          </select>
        </label>
        <FileButton accept=".safetensors,.onnx" onFiles={([file]) => take(file)}>
          Open weights
        </FileButton>
      </div>
      <form
        class="buttons"
        onSubmit={(event) => {
          event.preventDefault();
          void fetchBackbone(String(new FormData(event.currentTarget).get('url')));
        }}
      >
        <input
          type="url"
          name="url"
          aria-label="Address of weights"
          placeholder="https://…/weights.safetensors"
          required
        />
        <button type="submit" disabled={progress.value !== null}>
          Fetch
        </button>
      </form>
    </details>
  );
}
