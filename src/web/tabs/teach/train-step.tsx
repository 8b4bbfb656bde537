import { useSignal } from '@preact/signals';
import { engine } from '../../engine/client.js';
import { attempt, tell } from '../../state.js';
import { bytesOf, download, FileButton, ProgressLine, StageBars } from '../../ui/controls.js';
import { boxCount, detectorName, openDetector, progress, report, train } from './teach-state.js';

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
  const name = useSignal('a small net of digits, trained in this page');
  const bare = useSignal('');
  const use = async (bytes: Uint8Array, file: string): Promise<void> => {
    const architecture = bare.value ? { architecture: bare.value } : {};
    const set = await attempt(async () => {
      await (await engine()).teach.useBackbone({ bytes, name: file, ...architecture });
      return true;
    });
    if (!set) return;
    name.value = file;
    tell(`${file} is what the next training looks with.`);
  };
  return (
    <details class="backbone">
      <summary>Looks with {name.value}</summary>
      <p class="hint">
        For photographs, give it a net that has seen some: a checkpoint of <code>sppgpu train</code>, or published
        weights such as SqueezeNet's.
      </p>
      <div class="buttons">
        <label>
          Weights of{' '}
          <select
            value={bare.value}
            onChange={(event) => {
              bare.value = event.currentTarget.value;
            }}
          >
            <option value="">the net the file names</option>
            <option value="squeezenet11">SqueezeNet 1.1</option>
            <option value="zf5">ZF-5</option>
          </select>
        </label>
        <FileButton accept=".safetensors" onFiles={async ([file]) => file && use(await bytesOf(file), file.name)}>
          Open weights
        </FileButton>
      </div>
      <form
        class="buttons"
        onSubmit={async (event) => {
          event.preventDefault();
          const url = String(new FormData(event.currentTarget).get('url'));
          await attempt(async () => {
            const answer = await fetch(url);
            if (!answer.ok) throw new Error(`${url}: answered with ${answer.status}; check the address`);
            await use(new Uint8Array(await answer.arrayBuffer()), url.slice(url.lastIndexOf('/') + 1));
          });
        }}
      >
        <input
          type="url"
          name="url"
          aria-label="Address of weights"
          placeholder="https://…/weights.safetensors"
          required
        />
        <button type="submit">Fetch</button>
      </form>
    </details>
  );
}
