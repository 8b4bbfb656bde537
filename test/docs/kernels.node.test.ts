/** The tables of docs/kernels.md are the registry of ladders. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LADDER_CASES } from '../../src/bench/ladder-cases.js';
import { ladderRows } from '../../src/ops/ladders.js';
import type { Device } from '../../src/runtime/device.js';
import { SPECIAL } from '../../tools/docs/special-work.js';
import { root } from '../tooling/repository.js';

const page = readFileSync(`${root}docs/kernels.md`, 'utf8');
const rows = ladderRows();

test.each([...new Set(rows.map(({ family }) => family))])('the table of %s', (family) => {
  const table = rows
    .filter((row) => row.family === family)
    .map(({ rung, file, chooseWhen, why, lost }) => {
      const note = lost ? `${why}. ${lost}` : why;
      return `| \`${rung}\` | \`${file}\` | ${chooseWhen} | ${note} |`;
    });
  expect(page).toContain(
    ['| rung | shader | chosen for | what it does |', '|---|---|---|---|', ...table, ''].join('\n'),
  );
});

test.each(LADDER_CASES)(
  'every rung of $ladder.family has work on which it is timed for its page',
  ({ ladder, work, size, caseOf }) => {
    const device = { maxBindingBytes: 2 ** 27 } as Device;
    const works = [{ rungs: null, work: work(size) }, ...(SPECIAL[ladder.family] ?? [])];
    for (const each of works) expect(caseOf(each.work as never)).not.toBeNull();
    const untimed = ladder.rungs.filter(
      ({ rung, takes }) =>
        !works.some(
          (each) => (each.rungs?.includes(rung) ?? true) && (takes?.test(device, each.work as never) ?? true),
        ),
    );
    expect(untimed.map(({ rung }) => rung)).toEqual([]);
  },
);

test('special work names families and rungs that there are', () => {
  for (const [family, works] of Object.entries(SPECIAL)) {
    const names = rows.filter((row) => row.family === family).map(({ rung }) => rung);
    for (const { rungs } of works) expect(names).toEqual(expect.arrayContaining([...rungs]));
  }
});
