/**
 * Times the rungs of the kernel ladders for the pages of docs/kernels/, on one adapter, and keeps them in docs/kernels/times.json:
 * `node bench/run.mjs tools/docs/measure.ts llvmpipe`. A family's name behind it measures that family alone: what stands there of the others stays.
 */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { LADDER_CASES } from '../../src/bench/ladder-cases.js';
import { measureLimits } from '../../src/bench/roofline.js';
import { rungsFor, timeRungs } from '../../src/bench/time-rungs.js';
import { writeFileAtomic } from '../../src/io/atomic.node.js';
import { createDevice } from '../../src/runtime/create-device.node.js';
import { SPECIAL } from './special-work.js';
import type { Times } from './times.js';

const [adapter = 'auto', ...families] = process.argv.slice(2);
const file = fileURLToPath(new URL('../../docs/kernels/times.json', import.meta.url));

const device = await createDevice({ adapter });
const limits = await measureLimits(device);
const times = JSON.parse(readFileSync(file, 'utf8')) as Times;
const date = new Date().toISOString().slice(0, 10);
const machine = `${cpus()[0]!.model.replaceAll(/\(R\)|\(TM\)/g, '')}, ${cpus().length} threads`;
for (const each of LADDER_CASES) {
  const { ladder, work, size, caseOf } = each;
  if (families.length > 0 && !families.includes(ladder.family)) continue;
  const kept = times.filter((row) => row.family !== ladder.family || row.adapter !== device.info.name);
  times.splice(0, times.length, ...kept);
  for (const { rungs, work: asked } of [{ rungs: null, work: work(size) }, ...(SPECIAL[ladder.family] ?? [])]) {
    const benchCase = caseOf(asked as never)!;
    const able = rungsFor(device, ladder, asked as never).filter(({ rung }) => rungs?.includes(rung) ?? true);
    const lines = await timeRungs(device, each, asked as never, benchCase, able, { budgetMs: 2000, limits });
    const measured = lines.map(({ rung, ok, spread: [fastest] }) => {
      if (!ok) throw new Error(`${ladder.family}: ${rung} gave no right result`);
      return { rung, ms: Number(fastest.toPrecision(3)) };
    });
    const about = { family: ladder.family, adapter: device.info.name, machine, date, work: benchCase.name };
    times.push({ ...about, rungs: measured });
    await writeFileAtomic(file, `${JSON.stringify(times, null, 2)}\n`);
    console.error(`${benchCase.name}: ${measured.map(({ rung, ms }) => `${rung} ${ms} ms`).join(', ')}`);
  }
}
device.dispose();
