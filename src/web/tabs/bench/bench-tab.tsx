import { computed, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { PoolingLine } from '../../../bench/pooling.js';
import type { Limits } from '../../../bench/roofline.js';
import { engine, hearing } from '../../engine/client.js';
import type { SweepReport } from '../../engine/wire.js';
import { adapter, attempt } from '../../state.js';
import { download, ProgressLine, percent, Scrolling } from '../../ui/controls.js';
import { PlotView } from '../../ui/plot.js';

type Plot = typeof import('@observablehq/plot');

const sweeps = signal<readonly SweepReport[]>([]);
const chosen = signal('');
const lines = signal<readonly PoolingLine[]>([]);
const limits = signal<Limits | null>(null);
const busy = signal(false);

const chart = computed(() => {
  const shown = lines.value.filter(({ ok }) => ok);
  const ticks = [...new Set(shown.map(({ at }) => at))];
  return (plot: Plot) => ({
    height: 280,
    marginRight: 90,
    x: { type: 'log' as const, label: shown[0]?.sweep ?? '', ticks, tickFormat: String },
    y: { type: 'log' as const, label: 'milliseconds', grid: true },
    marks: [
      plot.lineY(shown, { x: 'at', y: 'ms', stroke: 'rung', marker: true }),
      plot.text(shown, plot.selectLast({ x: 'at', y: 'ms', z: 'rung', text: 'rung', textAnchor: 'start', dx: 8 })),
    ],
  });
});

/** A point that has lines may lack some of its rungs yet: it counts when the next one begins. */
const progress = computed(() => {
  const sweep = sweeps.value.find(({ name }) => name === chosen.value);
  if (!busy.value || !sweep) return null;
  const begun = new Set(lines.value.map(({ case: point }) => point)).size;
  return { stage: 'measuring', done: Math.max(0, begun - 1), of: sweep.points };
});

async function run(): Promise<void> {
  busy.value = true;
  lines.value = [];
  const onLine = hearing<PoolingLine>((line) => {
    lines.value = [...lines.value, line];
  });
  limits.value = (await attempt(async () => (await engine()).kernels.sweep(chosen.value, onLine))) ?? null;
  busy.value = false;
}

/** The pooling kernels over sizes. */
export function BenchTab() {
  const ready = adapter.value !== null;
  useEffect(() => {
    if (!ready || sweeps.value.length > 0) return;
    void attempt(async () => {
      sweeps.value = await (await engine()).kernels.sweeps();
      chosen.value = sweeps.value[0]!.name;
    });
  }, [ready]);
  return (
    <div class="page">
      <div class="lead">
        <h1>Pooling, across sizes</h1>
        <p>
          Every rung of the pooling kernels on your device, each checked against float64, with its share of what a plain
          copy moves in the same time.
        </p>
      </div>
      <section class="card" aria-label="Sweep">
        <div class="buttons">
          <label>
            Over{' '}
            <select
              value={chosen.value}
              onChange={(event) => {
                chosen.value = event.currentTarget.value;
                lines.value = [];
              }}
            >
              {sweeps.value.map(({ name }) => (
                <option key={name}>{name}</option>
              ))}
            </select>
          </label>
          {busy.value ? (
            <button type="button" class="primary" onClick={async () => (await engine()).kernels.stop()}>
              Stop
            </button>
          ) : (
            <button type="button" class="primary" disabled={!chosen.value} onClick={run}>
              Run
            </button>
          )}
          <button
            type="button"
            disabled={lines.value.length === 0}
            onClick={() => download(`${lines.value.map((line) => JSON.stringify(line)).join('\n')}\n`, 'pooling.jsonl')}
          >
            Download JSON
          </button>
        </div>
        <ProgressLine progress={progress.value} />
        <p class="hint" role="status">
          {limits.value && `A copy moves ${limits.value.gbps.toFixed(1)} GB/s here.`}
        </p>
        {lines.value.some(({ ok }) => ok) ? (
          <PlotView options={chart.value} label={`milliseconds of each rung over the ${chosen.value}`} />
        ) : (
          <p class="empty">The curves appear as they are measured.</p>
        )}
        {lines.value.length > 0 && (
          <Scrolling label="Measurements">
            <table>
              <thead>
                <tr>
                  <th scope="col">{chosen.value}</th>
                  <th scope="col">rung</th>
                  <th scope="col" class="right">
                    ms
                  </th>
                  <th scope="col" class="right">
                    GB/s
                  </th>
                  <th scope="col" class="right">
                    of a copy
                  </th>
                </tr>
              </thead>
              <tbody>
                {lines.value.map((line) => (
                  <tr key={`${line.case} ${line.rung}`} data-testid="point" data-ok={String(line.ok)}>
                    <td>{line.at}</td>
                    <td>{line.rung}</td>
                    <td class="right">{line.ok ? line.ms.toPrecision(3) : (line.problem ?? 'wrong')}</td>
                    <td class="right">{line.ok ? line.gbps.toPrecision(3) : ''}</td>
                    <td class="right">{line.ok && limits.value ? percent(line.gbps / limits.value.gbps) : ''}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </Scrolling>
        )}
      </section>
    </div>
  );
}
