/// <reference types="vite/types/importMeta.d.ts" />
import { FAMILIES, type OpRow } from './op.js';

/** The `row` of every file in this folder; those listed hold no op. */
const rows = import.meta.glob<OpRow>(['./*.ts', '!./{index,ladder,ladders,op,pair,table,window-count}.ts'], {
  eager: true,
  import: 'row',
});

/** Every op, by family and name: what docs, self-test and tests iterate over. */
export const opTable: readonly OpRow[] = /* @__PURE__ */ sorted(rows);

/** A page that does not use the table drops it, and so must be able to drop this call. */
/* @__NO_SIDE_EFFECTS__ */
function sorted(unordered: Readonly<Record<string, OpRow>>): readonly OpRow[] {
  return FAMILIES.flatMap((family) =>
    Object.values(unordered)
      .filter((row) => row.family === family)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  );
}
