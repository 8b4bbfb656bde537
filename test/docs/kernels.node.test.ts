/** The tables of docs/kernels.md are the registry of ladders. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ladderRows } from '../../src/ops/ladders.js';
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
