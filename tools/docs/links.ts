import { dirname, join, relative } from 'node:path/posix';

/** Pages of the site that are files of the repository outside docs/. */
export const OUTSIDE: Readonly<Record<string, string>> = {
  'README.md': 'overview.md',
  'CONTRIBUTING.md': 'contributing.md',
  'CHANGELOG.md': 'changelog.md',
  LICENSE: 'licence.md',
  'bench/README.md': 'comparing.md',
};

/** Where a file of the repository is on the site, from its root; undefined for what the site lacks. */
export function placeOf(file: string): string | undefined {
  return OUTSIDE[file] ?? (file.startsWith('docs/') ? file.slice('docs/'.length) : undefined);
}

/** A Markdown page of the repository with its links turned to where things are on the site. @throws Error for a link to what the site lacks */
export function relinked(markdown: string, file: string): string {
  const page = placeOf(file)!;
  let fenced = false;
  return markdown
    .split('\n')
    .map((line) => {
      if (line.startsWith('```')) fenced = !fenced;
      if (fenced) return line;
      return line.replaceAll(/\]\((?!https?:|#)([^)#\s]+)(#[^)\s]*)?\)/g, (_, target: string, anchor = '') => {
        const place = placeOf(join(dirname(file), target));
        if (place === undefined)
          throw new Error(`${file} links to ${target}, which is not on the site (tools/docs/links.ts)`);
        const way = relative(dirname(page), place);
        return `](${way.startsWith('.') ? way : `./${way}`}${anchor})`;
      });
    })
    .join('\n');
}
