/** Pages that are nothing but what the sources say: the table of ops, and the shaders of each folder. */
import { FAMILIES } from '../../src/ops/op.js';
import type { OpUse } from './op-shaders.js';

const folderOf = (file: string): string => file.split('/')[0]!;
const anchorOf = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9_]+/g, '-');

/** Every op, a line each, with links to its signature and its shaders. */
export function opTablePage(uses: readonly OpUse[]): string {
  const link = (file: string) => `[${file.replace(/\.wgsl$/, '')}](./shaders/${folderOf(file)}.md#${anchorOf(file)})`;
  const sections = FAMILIES.flatMap((family) => {
    const lines = uses
      .filter(({ row }) => row.family === family)
      .sort((a, b) => (a.row.name < b.row.name ? -1 : 1))
      .map(({ row, shaders, ops }) => {
        const made = [...ops.map((op) => `[${op}](#${op.toLowerCase()})`), ...shaders.map(link)];
        const gradient = row.differentiable.length > 0 ? 'yes' : 'no';
        return `| <span id="${row.name.toLowerCase()}">[\`${row.name}\`](./api/ops.md#${row.name.toLowerCase()})</span> | ${row.summary} | ${row.dtypes.join(', ')} | ${gradient} | ${made.join(', ')} |`;
      });
    return [
      `## ${family}`,
      '',
      '| op | what it does | element types | gradient | made of |',
      '|---|---|---|---|---|',
      ...lines,
      '',
    ];
  });
  return [
    '# Op table',
    '',
    'Every op with its signature, and what it is made of: other ops, and the shaders that it and its gradient run. `sppgpu ops` prints the same rows.',
    'The rules for NaN, ties, empty tensors and broadcasting: [Ops](./ops.md).',
    '',
    ...sections,
  ].join('\n');
}

/** The WGSL files of one folder, by their path, as they are. */
export function shaderPage(folder: string, files: ReadonlyMap<string, string>): string {
  const sections = [...files].map(([file, code]) =>
    [`## ${file} {#${anchorOf(file)}}`, '', '```txt', code.trimEnd(), '```', ''].join('\n'),
  );
  return [
    `# Shaders: ${folder}`,
    '',
    `The files of \`shaders/${folder}/\`. The first lines of each name its preludes, the files that go in front; \`npx sppgpu ops --shader NAME\` prints a kernel whole.`,
    '',
    ...sections,
  ].join('\n');
}

export const shaderFolder = folderOf;
