import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const COPY = '?row';

/**
 * Takes the rows of the op table from copies of the ops' files, of which everything else falls away. A file has one place in the built
 * library, and that of an op is where pages load it; the table, words and all, is for the self-test and the command line.
 */
export const opRows: Plugin = {
  name: 'op-rows',
  enforce: 'pre',
  async resolveId(source, importer) {
    if (!importer?.endsWith('/src/ops/table.ts') || source === './op.js') return undefined;
    const op = await this.resolve(source, importer, { skipSelf: true });
    return op && { ...op, id: op.id + COPY };
  },
  load(id) {
    if (!id.endsWith(COPY)) return undefined;
    return { code: readFileSync(id.slice(0, -COPY.length), 'utf8'), moduleType: 'ts' };
  },
};
