import { computed } from '@preact/signals';
import { engine } from '../../engine/client.js';
import { adapter, attempt } from '../../state.js';
import { bytesOf, download, FileButton, ProgressLine, percent, Slider } from '../../ui/controls.js';
import { PlotView } from '../../ui/plot.js';
import { useFiles } from '../../ui/receive-files.js';
import {
  accuracy,
  epochs,
  openCheckpoint,
  pause,
  reset,
  run,
  setEpochs,
  settings,
  state,
  steps,
} from './train-state.js';

type Plot = typeof import('@observablehq/plot');

/** Loss over epochs, as one function for each state of the curve. */
const lossPlot = computed(() => {
  const shown = steps.value.map(({ epoch, step, steps: of, loss }) => ({ epoch: epoch + step / of, loss }));
  return (plot: Plot) => ({
    x: { label: 'epochs' },
    y: { label: 'loss', zero: true, grid: true },
    marks: [plot.lineY(shown, { x: 'epoch', y: 'loss', stroke: 'var(--tone)', strokeWidth: 2 }), plot.ruleY([0])],
  });
});

const sizePlot = computed(() => {
  const shown = (accuracy.value?.bySize ?? []).map(({ label, correct, total }) => ({
    label,
    share: (100 * correct) / total,
    text: `${correct} of ${total}`,
  }));
  return (plot: Plot) => ({
    x: { domain: [0, 100], label: 'right (%)', grid: true },
    y: { label: null, domain: shown.map(({ label }) => label) },
    marginLeft: 76,
    marginRight: 72,
    marks: [
      plot.barX(shown, { x: 'share', y: 'label', fill: 'var(--tone)' }),
      plot.text(shown, { x: 'share', y: 'label', text: 'text', textAnchor: 'start', dx: 6 }),
      plot.ruleX([0]),
    ],
  });
});

/** The demo's training, live. */
export function TrainTab() {
  useFiles('train', async ([file]) => file && openCheckpoint(await bytesOf(file), file.name));
  const busy = state.value === 'running' || state.value === 'pausing';
  const last = steps.value.at(-1);
  const { digits, epochs: wanted } = settings.value;
  return (
    <div class="page">
      <div class="lead">
        <h1>Train an SPP-net, live</h1>
        <p>
          Handwritten digits, each in a picture of its own size and shape, from 16 to 96 pixels. The net reads them all
          as they are: the pyramid makes a vector of one length of every map.
        </p>
      </div>
      <div class="columns">
        <section class="card" aria-labelledby="run-title">
          <h2 id="run-title">The run</h2>
          <Slider
            label="Digits"
            min={200}
            max={5000}
            step={100}
            value={digits}
            onInput={(value) => {
              settings.value = { ...settings.value, digits: value };
            }}
          />
          <Slider label="Epochs" min={1} max={10} step={1} value={wanted} onInput={setEpochs} />
          <div class="buttons">
            {busy ? (
              <button type="button" class="primary" disabled={state.value === 'pausing'} onClick={pause}>
                {state.value === 'pausing' ? 'Pausing…' : 'Pause'}
              </button>
            ) : (
              <button type="button" class="primary" disabled={!adapter.value || state.value === 'done'} onClick={run}>
                {state.value === 'paused' ? 'Resume' : 'Train'}
              </button>
            )}
            <button type="button" disabled={busy || state.value === 'idle'} onClick={reset}>
              Start anew
            </button>
            <button
              type="button"
              disabled={busy || state.value === 'idle'}
              onClick={() =>
                attempt(async () => download((await (await engine()).train.checkpoint)!, 'spp.safetensors'))
              }
            >
              Download checkpoint
            </button>
            <FileButton
              accept=".safetensors"
              onFiles={async ([file]) => file && openCheckpoint(await bytesOf(file), file.name)}
            >
              Open checkpoint
            </FileButton>
          </div>
          {last && (
            <>
              <ProgressLine
                progress={{
                  stage: `up to ${last.size} px`,
                  done: last.epoch * last.steps + last.step,
                  of: wanted * last.steps,
                }}
              />
              <dl class="figures">
                <div>
                  <dt>loss</dt>
                  <dd>{last.loss.toFixed(3)}</dd>
                </div>
                <div>
                  <dt>training</dt>
                  <dd>{percent(last.accuracy)}</dd>
                </div>
                <div>
                  <dt>images/s</dt>
                  <dd>{last.imagesPerSecond.toFixed(0)}</dd>
                </div>
              </dl>
            </>
          )}
          <p class="hint">
            The checkpoint is the file of <code>sppgpu demo</code>:{' '}
            <code>sppgpu predict digit.png --model spp.safetensors</code> reads one made here, and this page goes on
            with one made there.
          </p>
        </section>
        <div class="stack">
          <section class="card" aria-labelledby="loss-title">
            <h2 id="loss-title">Loss</h2>
            {steps.value.length > 1 ? (
              <PlotView
                options={lossPlot.value}
                label={`loss over ${steps.value.length} steps, now ${last!.loss.toFixed(3)}`}
              />
            ) : (
              <p class="empty">The curve begins with the first steps.</p>
            )}
          </section>
          <section class="card" aria-labelledby="size-title">
            <h2 id="size-title">Held-out digits, by size</h2>
            {accuracy.value ? (
              <>
                <p
                  class="figure-line"
                  data-testid="accuracy"
                  data-share={accuracy.value.correct / accuracy.value.total}
                >
                  {percent(accuracy.value.correct / accuracy.value.total)} of {accuracy.value.total} are right after{' '}
                  {epochs.value.length} {epochs.value.length === 1 ? 'epoch' : 'epochs'}
                </p>
                <PlotView
                  options={sizePlot.value}
                  label={accuracy.value.bySize
                    .map(({ label, correct, total }) => `${label}: ${correct} of ${total}`)
                    .join('; ')}
                />
              </>
            ) : (
              <p class="empty">Judged after every epoch.</p>
            )}
          </section>
        </div>
      </div>
    </div>
  );
}
