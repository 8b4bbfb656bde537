/** What the package offers is a decision: it is compared with a list that a person has read. */
import { beforeAll, expect, test } from 'vitest';
import { ensureBuilt } from '../setup/build.js';
import { type Declaration, exportsOf, typesIn } from './declarations.js';

const FACES = {
  sppgpu: 'dist/index.d.ts',
  'sppgpu/node': 'dist/node.d.ts',
  'sppgpu/methods': 'dist/methods.d.ts',
  'sppgpu/proposals': 'dist/detect/proposals/index.d.ts',
};

let faces: [string, Map<string, Declaration>][];
beforeAll(async () => {
  await ensureBuilt();
  faces = Object.entries(FACES).map(([name, file]) => [name, exportsOf(file)]);
});

test('the exports are those of the reviewed list: after a decision, vitest -u writes it anew', async () => {
  const [[, shared]] = faces as [[string, Map<string, Declaration>]];
  const lines = faces.flatMap(([face, exported]) => {
    const own = [...exported].filter(([name, found]) => face === 'sppgpu' || shared.get(name)?.file !== found.file);
    return own.map(([name, { isType }]) => `${face} ${isType ? 'type ' : ''}${name}\n`).sort();
  });
  const text = lines.join('');
  await expect(text).toMatchFileSnapshot('public-face.txt');
});

test('every type that a public declaration speaks of is public, too', () => {
  const key = ({ file, name }: Declaration) => `${file}: ${name}`;
  const all = faces.flatMap(([, exported]) => [...exported]);
  const known = new Set(all.map(([, found]) => key(found)));
  const leaks = all.flatMap(([user, found]) =>
    typesIn(found)
      .filter((type) => !known.has(key(type)))
      .map((type) => `${user} needs ${key(type)}`),
  );
  expect(leaks).toEqual([]);
});
