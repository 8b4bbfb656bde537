import { computed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { RungLine } from '../../../bench/time-rungs.js';
import { adapter } from '../../state.js';
import { ProgressLine, percent, Scrolling } from '../../ui/controls.js';
import { PlotView } from '../../ui/plot.js';
import { WgslEditor } from '../../ui/wgsl-editor.js';
import { Words } from '../../ui/words.js';
import {
  busy,
  choose,
  chooseRung,
  chosen,
  doing,
  edited,
  families,
  family,
  follow,
  kernel,
  leaveToRules,
  lines,
  open,
  outcome,
  progress,
  run,
  runEdited,
  rung,
  share,
  shared,
  size,
  stop,
  takeFastest,
} from './kernels-state.js';
import { MOST_SIZE } from './shared-result.js';

type Plot = typeof import('@observablehq/plot');
const NONE: readonly never[] = [];

const chart = computed(() => {
  const shown = lines.value.filter(({ ok }) => ok);
  return (plot: Plot) => ({
    height: 40 + 30 * shown.length,
    marginLeft: 120,
    x: { label: 'milliseconds', grid: true },
    y: { label: null, domain: shown.map(({ rung: name }) => name) },
    marks: [
      plot.barX(shown, {
        x: 'ms',
        y: 'rung',
        fill: (line: RungLine) => (line.chosen ? 'var(--tone)' : 'var(--muted)'),
      }),
      plot.ruleX([0]),
    ],
  });
});

/** The ladders: every rung to be read, checked, timed and changed. */
export function KernelsTab() {
  const ready = adapter.value !== null;
  useEffect(() => {
    if (ready && families.value.length === 0) void open();
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, [ready]);
  const own = family.value;
  const theirs = shared.value?.family === own?.family && shared.value?.size === size.value ? shared.value : null;
  return (
    <div class="page">
      <div class="lead">
        <h1>The kernels, rung by rung</h1>
        <p>
          Each family of kernels is a ladder from the plain one up. Every rung is compared with float64 on your device
          before its time counts. Change the WGSL and run it against the same check.
        </p>
      </div>
      {own && (
        <div class="stack">
          <section class="card" aria-labelledby="ladder-title">
            <h2 id="ladder-title">The ladder</h2>
            <div class="buttons">
              <label>
                Family{' '}
                <select value={chosen.value} onChange={(event) => choose(Number(event.currentTarget.value))}>
                  {families.value.map(({ family: name }, index) => (
                    <option key={name} value={index}>
                      {name}
                    </option>
                  ))}
                </select>
              </label>
              <label>
                Size ({own.sizeIs}){' '}
                <input
                  type="number"
                  min={1}
                  max={MOST_SIZE}
                  value={size.value}
                  onChange={(event) => {
                    const asked = Math.round(Number(event.currentTarget.value)) || own.size;
                    size.value = Math.min(Math.max(1, asked), MOST_SIZE);
                    event.currentTarget.value = String(size.value);
                  }}
                />
              </label>
              <button type="button" class="primary" disabled={busy.value} onClick={run}>
                Run all rungs
              </button>
              {doing.value === 'ladder' && (
                <button type="button" onClick={stop}>
                  Stop after this rung
                </button>
              )}
              <button type="button" disabled={lines.value.length === 0} onClick={share}>
                Link with the result
              </button>
              <button type="button" disabled={busy.value || !lines.value.some(({ ok }) => ok)} onClick={takeFastest}>
                Take the fastest
              </button>
              {own.taken && (
                <button type="button" class="quiet" disabled={busy.value} onClick={leaveToRules}>
                  Back to the rules
                </button>
              )}
            </div>
            <ProgressLine progress={progress.value} />
            <Scrolling label="Rungs">
              <table>
                <thead>
                  <tr>
                    <th scope="col">rung</th>
                    <th scope="col" class="right">
                      ms
                    </th>
                    <th scope="col" class="right">
                      of the limit
                    </th>
                    {theirs && (
                      <th scope="col" class="right">
                        ms on {theirs.adapter}
                      </th>
                    )}
                    <th scope="col" class="words">
                      idea
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {own.rungs.map(({ rung: name, why, lost, runs, chosen: taken }, index) => {
                    const line = lines.value.find((one) => one.rung === name);
                    const their = theirs?.lines.find(([other]) => other === name)?.[1];
                    return (
                      <tr key={name} data-testid="rung" data-ok={line ? String(line.ok) : undefined}>
                        <td>
                          <button
                            type="button"
                            class="quiet"
                            aria-pressed={index === rung.value}
                            onClick={() => chooseRung(index)}
                          >
                            {name}
                          </button>
                          {taken && <span class="mark-taken"> taken here</span>}
                        </td>
                        <td class="right">
                          {line ? (line.ok ? line.ms.toPrecision(3) : 'wrong') : runs ? '' : 'not here'}
                        </td>
                        <td class="right">{line?.ok ? percent(line.shareOfLimit) : ''}</td>
                        {theirs && <td class="right">{their?.toPrecision(3) ?? ''}</td>}
                        <td class="words">
                          <Words text={line?.problem ?? why} />
                          {lost && (
                            <span class="hint">
                              {' '}
                              Lost: <Words text={lost} />
                            </span>
                          )}
                        </td>
                      </tr>
                    );
                  })}
                </tbody>
              </table>
            </Scrolling>
            {lines.value.some(({ ok }) => ok) && <PlotView options={chart.value} label="milliseconds of each rung" />}
          </section>
          <Source />
        </div>
      )}
    </div>
  );
}

/** The WGSL of the chosen rung, as the device gets it. */
function Source() {
  const row = family.value!.rungs[rung.value]!;
  const own = row.kernels[kernel.value];
  const result = outcome.value;
  return (
    <section class="card" aria-labelledby="source-title">
      <h2 id="source-title">
        {row.rung}: <code>shaders/{row.file}</code>
      </h2>
      {row.kernels.length > 1 && (
        <label>
          Kernel{' '}
          <select
            value={kernel.value}
            onChange={(event) => {
              kernel.value = Number(event.currentTarget.value);
              edited.value = null;
            }}
          >
            {row.kernels.map(({ name }, index) => (
              <option key={name} value={index}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {own && (
        <WgslEditor
          code={own.code}
          errors={result?.errors ?? NONE}
          onChange={(code) => {
            edited.value = code;
          }}
        />
      )}
      <div class="buttons">
        <button type="button" class="primary" disabled={busy.value || !row.runs || !own} onClick={runEdited}>
          Run it against the check
        </button>
        <span class="hint" role="status">
          {doing.value === 'edited' && 'compiling, checking and timing…'}
        </span>
      </div>
      {result && (
        <div data-testid="outcome" role="status">
          {result.errors.map(({ line, column, message }) => (
            <p class="wrong" key={`${line} ${column}`}>
              Line {line}: {message}
            </p>
          ))}
          {result.line &&
            (result.line.ok ? (
              <p class="figure-line">
                Right; {result.line.ms.toPrecision(3)} ms, {percent(result.line.shareOfLimit)} of the limit
              </p>
            ) : (
              <p class="wrong">{result.line.problem}</p>
            ))}
        </div>
      )}
    </section>
  );
}
