import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { withFileErrors } from '../../io/file-errors.node.js';
import type { CollectedPart } from '../../report/collected-report.js';
import { textTable } from '../../report/text-table.js';
import { FileError } from '../../runtime/errors.js';
import { print, printJson, say } from '../output.js';

/** `sppgpu bench collect`: what `bench/gpu.sh` left in a folder, as one JSON file and one page. */
export function addBenchCollect(bench: Command): void {
  bench
    .command('collect <folder>')
    .description('put the parts that bench/gpu.sh left in a folder into gpu.json and gpu.html')
    .option('--json', 'machine-readable output on stdout')
    .action(collect);
}

async function collect(folder: string, { json }: { json?: boolean }): Promise<void> {
  const list = join(folder, 'parts.txt');
  const outcomes = await withFileErrors(list, () => readFile(list, 'utf8'));
  const files = new Set(await withFileErrors(folder, () => readdir(folder)));
  const parts: CollectedPart[] = [];
  for (const line of outcomes.split('\n').filter(Boolean)) {
    const [name, status, seconds] = line.split('\t');
    if (!name || !/^[\w-]+$/.test(name) || !/^\d+$/.test(status ?? '') || !/^\d+$/.test(seconds ?? ''))
      throw new FileError(list, 'is not what bench/gpu.sh writes', 'run bench/gpu.sh again');
    const text = async (file: string) => (files.has(file) ? await readFile(join(folder, file), 'utf8') : '');
    const records = recordsOf(await text(`${name}.jsonl`));
    const lastLine = (await text(`${name}.log`)).trim().split('\n').at(-1);
    const about = { name, status: Number(status), seconds: Number(seconds), records };
    parts.push(about.status === 0 || !lastLine ? about : { ...about, lastLine });
  }
  const adapter = adapterOf(parts);
  await writeFileAtomic(join(folder, 'gpu.json'), `${JSON.stringify({ adapter, parts })}\n`);
  const { collectedReport } = await import('../../report/collected-report.js');
  await writeFileAtomic(join(folder, 'gpu.html'), collectedReport(parts, adapter));
  say(`${join(folder, 'gpu.json')}, ${join(folder, 'gpu.html')}`);
  const rows = parts.map(({ name, status, seconds, records }) => ({ name, status, seconds, records: records.length }));
  if (json) printJson(rows);
  else
    print(
      `${textTable(
        ['part', 'status', 's', 'records'],
        rows.map((row) => Object.values(row).map(String)),
      )}\n`,
    );
}

/** The objects of a part; a last line that its end cut off is left out. */
function recordsOf(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}

function adapterOf(parts: readonly CollectedPart[]): string {
  const records = parts.flatMap(({ records }) => records) as readonly ({ adapter?: unknown } | null)[];
  const named = records.find((record) => typeof record?.adapter === 'string');
  return named ? String(named.adapter) : 'unknown adapter';
}
