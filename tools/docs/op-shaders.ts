/// <reference types="vite/types/importMeta.d.ts" />
import type { OpRow } from '../../src/ops/op.js';
import { type ImportGraph, importGraph, readSources } from '../../test/tooling/imports.js';
import { filesBelow, root } from '../../test/tooling/repository.js';

export interface OpUse {
  readonly row: OpRow;
  /** Files of shaders/ that the op and its gradient run. */
  readonly shaders: readonly string[];
  /** Other ops that it is made of. */
  readonly ops: readonly string[];
}

const rows = import.meta.glob<OpRow | undefined>('../../src/ops/*.ts', { eager: true, import: 'row' });

/** For every op: its shaders and the ops that it calls, as its file and those behind it import them. */
export function opUses(): OpUse[] {
  const own = new Map(
    Object.entries(rows).flatMap(([file, row]) => (row ? [[file.replace('../../', ''), row] as const] : [])),
  );
  const graph = importGraph(readSources(root, filesBelow('src/ops', /\.ts$/)));
  return [...own].map(([file, row]) => ({ row, ...usedBy(file, graph, own) }));
}

function usedBy(start: string, graph: ImportGraph, own: ReadonlyMap<string, OpRow>) {
  const shaders = new Set<string>();
  const ops = new Set<string>();
  const seen = new Set([start]);
  for (const file of seen) {
    for (const { target, typeOnly } of graph.get(file) ?? []) {
      if (typeOnly) continue;
      if (target.startsWith('shaders/')) shaders.add(target.slice('shaders/'.length));
      else if (own.has(target)) ops.add(own.get(target)!.name);
      else seen.add(target);
    }
  }
  ops.delete(own.get(start)!.name);
  return { shaders: [...shaders].sort(), ops: [...ops].sort() };
}
