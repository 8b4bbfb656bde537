/// <reference types="vite/types/importMeta.d.ts" />
/** A shader that leans on a file of `shaders/common/` says so on top. */
import { expect, test } from 'vitest';

const shaders: Record<string, string> = import.meta.glob('../../shaders/**/*.wgsl', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const definitions = (code: string) => [...code.matchAll(/^fn (\w+)/gmu)].map(([, name]) => name!);

test('every shader names the common files whose functions it calls', () => {
  const homes = new Map<string, string>();
  for (const [path, code] of Object.entries(shaders)) {
    const home = /common\/\w+\.wgsl$/u.exec(path)?.[0];
    if (home) for (const name of definitions(code)) homes.set(name, home);
  }
  expect(homes.get('flat_index')).toBe('common/grid.wgsl');
  const silent: string[] = [];
  for (const [path, text] of Object.entries(shaders)) {
    const comments = text.match(/\/\/.*/gu)?.join('\n') ?? '';
    const code = text.replaceAll(/\/\/.*/gu, '');
    const own = new Set(definitions(code));
    for (const [name, home] of homes) {
      if (own.has(name) || !new RegExp(`\\b${name}\\(`, 'u').test(code)) continue;
      // `nans` has a file for floats and one for integers.
      const stem = home.replace(/(_integer)?\.wgsl$/u, '');
      if (!comments.includes(stem)) silent.push(`${path} calls ${name} of ${home}`);
    }
  }
  expect(silent).toEqual([]);
});
