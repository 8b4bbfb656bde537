/** How a report's numbers were made. */
import { table } from '../figure.js';
import { duration, number } from '../format.js';
import { type Content, html } from '../html.js';
import { section } from '../page.js';
import type { RunDetails } from '../types.js';

/** The closing section: the command to run again, and a table of what it ran on. */
export function runDetails(run: RunDetails): Content {
  const rows: [string, Content][] = [];
  if (run.seed !== undefined) rows.push(['Seed', String(run.seed)]);
  if (run.split) rows.push(['Split', run.split]);
  if (run.adapter) rows.push(['Adapter', `${run.adapter}${run.software ? ' (software: runs on the processor)' : ''}`]);
  if (run.seconds !== undefined) rows.push(['Time', duration(run.seconds)]);
  const versions = Object.entries(run.versions ?? {});
  if (versions.length > 0) rows.push(['Versions', versions.map(([name, version]) => `${name} ${version}`).join(', ')]);
  for (const [name, value] of Object.entries(run.more ?? {}))
    rows.push([name, typeof value === 'number' ? number(value, 6) : value]);
  return section(
    'How it was run',
    null,
    html`<pre><code>${run.command}</code></pre>${settingsTable(rows, 'How it was run')}`,
  );
}

/** A table of names and values. */
export function settingsTable(rows: [string, Content][], caption: string): Content {
  return rows.length > 0 && html`<div class="settings">${table({ columns: ['what', 'value'], rows }, caption)}</div>`;
}
