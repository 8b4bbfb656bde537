/** The page of a family of kernels: its rungs in order, what each is good for, its shader as the device gets it, its time. */
import { figure, table } from './figure.js';
import { number, percent } from './format.js';
import { type Content, html } from './html.js';
import { page, section } from './page.js';
import { runDetails } from './sections/run-details.js';
import type { RunDetails } from './types.js';

export interface KernelPageRung {
  readonly rung: string;
  readonly file: string;
  /** In words: adapters, when it is chosen, what it does, and of one that lost what was measured. */
  readonly adapterClass: string;
  readonly chooseWhen: string;
  readonly why: string;
  readonly lost?: string;
  readonly kernels: readonly { readonly name: string; readonly code: string }[];
  /** As measured here; absent where this adapter, or this work, is not for it. */
  readonly time?: {
    readonly ok: boolean;
    readonly chosen: boolean;
    readonly ms: number;
    readonly gflops: number;
    readonly gbps: number;
    readonly shareOfLimit: number;
    readonly bound: string;
  };
}

export interface KernelPage {
  readonly family: string;
  /** The work that was timed. */
  readonly work: string;
  readonly rungs: readonly KernelPageRung[];
  readonly limits: { readonly gbps: number; readonly gflops: number };
  readonly run: RunDetails;
}

/** One self-contained HTML document. */
export function kernelReport({ family, work, rungs, limits, run }: KernelPage): string {
  const chosen = rungs.find(({ time }) => time?.chosen)?.rung;
  return page({
    kicker: 'sppgpu kernels',
    title: family,
    lead: `${rungs.length} rungs, from the definition to what production takes${chosen ? ` (here ${chosen})` : ''}. Timed on ${work}; every result was compared with float64 first.`,
    body: html`${section(
      'Side by side',
      `${run.adapter} copies ${number(limits.gbps)} GB/s and computes ${number(limits.gflops, 4)} GFLOP/s of multiply-adds, as measured; the last column is the share of the limit that binds.`,
      figure({ title: work, chart: sideBySide(rungs) }),
    )}
${rungs.map(rungSection)}
${runDetails(run)}`,
  });
}

function sideBySide(rungs: readonly KernelPageRung[]) {
  const rows = rungs.map(({ rung, time }): Content[] => {
    if (!time) return [rung, '–', '–', '–', 'not for this adapter or work'];
    if (!time.ok) return [rung, 'wrong', '–', '–', '–'];
    const share = `${percent(time.shareOfLimit)} of ${time.bound}`;
    return [time.chosen ? `${rung} (chosen)` : rung, number(time.ms), number(time.gflops), number(time.gbps), share];
  });
  return table({ columns: ['rung', 'ms', 'GFLOP/s', 'GB/s', 'of the limit'], rows }, 'Rungs');
}

function rungSection({ rung, file, adapterClass, chooseWhen, why, lost, kernels }: KernelPageRung): Content {
  const made = { gpu: 'GPUs', cpu: 'CPU adapters', any: 'every adapter' }[adapterClass] ?? adapterClass;
  return section(
    rung,
    `${why}.`,
    html`<p>shaders/${file}; made for ${made}; chosen for ${chooseWhen}.${lost && ` Lost: ${lost}.`}</p>
${kernels.map(({ name, code }) => html`<details><summary>${name}, as the device gets it</summary><pre><code>${code}</code></pre></details>\n`)}`,
  );
}
