import { ladderRows } from '../../src/ops/ladders.js';
import type { FamilyTimes } from './times.js';

type Row = ReturnType<typeof ladderRows>[number];

/** A family as its page shows it: the rows of the registry, what was measured, and the text of a shader. */
export interface FamilyPage {
  readonly family: string;
  readonly rows: readonly Row[];
  readonly times: readonly FamilyTimes[];
  shader(file: string): string;
  /** Files whose text an earlier page shows, and its place there. */
  readonly shownBefore: ReadonlyMap<string, string>;
}

const MADE_FOR = { gpu: 'GPUs', cpu: 'CPU adapters', any: 'every adapter' } as const;

/** The families of the registry, in its order. */
export const families = (): string[] => [...new Set(ladderRows().map(({ family }) => family))];

/** The name of a family's page, which `sppgpu kernels` takes as well. */
export const slugOf = (family: string): string => family.replaceAll(' ', '-');

/** What stands on a page that nobody has written yet. */
export const unwritten = (family: string): string => `# ${family}\n\n<!-- times -->\n\n## From rung to rung\n`;

/**
 * The page of a family. In the text that a person wrote, `<!-- times -->` becomes the table of what was measured, `<!-- rung: NAME -->` what
 * the registry and the shader's file say of a rung; rungs without a place come last.
 * @throws Error for a rung that the registry lacks
 */
export function familyPage(written: string, page: FamilyPage): string {
  const placed = new Set<string>();
  const shown = new Map(page.shownBefore);
  const section = (row: Row): string => rungSection(row, page, shown);
  const text = written
    .replaceAll(/^<!-- times -->$/gm, () => timesTable(page))
    .replaceAll(/^<!-- rung: (\w+) -->$/gm, (_, name: string) => {
      const row = page.rows.find(({ rung }) => rung === name);
      if (!row) throw new Error(`docs/kernels/${slugOf(page.family)}.md: ${page.family} has no rung ${name}`);
      placed.add(name);
      return section(row);
    });
  const others = page.rows.filter(({ rung }) => !placed.has(rung)).map(section);
  return [text.trimEnd(), ...others, repeatIt(page)].join('\n\n');
}

/** One line per rung, one column per adapter. */
function timesTable({ family, rows, times }: FamilyPage): string {
  if (times.length === 0) return 'Not measured yet.';
  const cells = rows.map(({ rung, chooseWhen }) => {
    const measured = times.map((column) => {
      const found = column.rungs.find((line) => line.rung === rung);
      if (!found) return '–';
      const best = Math.min(...column.rungs.map(({ ms }) => ms));
      return found.ms === best ? `**${found.ms} ms**` : `${found.ms} ms (${(found.ms / best).toPrecision(2)}x)`;
    });
    return `| [\`${rung}\`](#${rung.toLowerCase()}) | ${measured.join(' | ')} | ${chooseWhen} |`;
  });
  const works = new Set(times.map(({ work }) => work));
  const heads = times.map(({ adapter, work }) => `${adapter.split(':')[0]}${works.size > 1 ? `, ${work}` : ''}`);
  const how = times.map(({ adapter, work, machine, date }) => `${adapter}: \`${work}\`, ${machine}, ${date}`);
  return [
    `| rung | ${heads.join(' | ')} | chosen for |`,
    `|---|${heads.map(() => '---|').join('')}---|`,
    ...cells,
    '',
    `The fastest sample of each rung of ${family}, and how many times that of the fastest rung it is; the machine had other work to do. A dash: the adapter cannot run it, it is not for this work, or newer than the measurement. ${how.join('; ')}.`,
  ].join('\n');
}

/** What the registry says of a rung, and its shader, or a link to where it is shown already: `shown` has the places. */
function rungSection(row: Row, { family, shader }: FamilyPage, shown: Map<string, string>): string {
  const { rung, file, adapterClass, chooseWhen, takes, why, lost } = row;
  const limits = takes ? ` It takes only work of ${takes}.` : '';
  const facts = [
    `${why[0]!.toUpperCase()}${why.slice(1)}.`,
    `Made for ${MADE_FOR[adapterClass]}; chosen for: ${chooseWhen}.${limits}`,
    ...(lost ? [`**Lost:** ${lost}.`] : []),
  ];
  const elsewhere = shown.get(file);
  // A phone is narrower than the longest path.
  const title = `shaders/${file}`.replaceAll('/', '/<wbr>');
  const code = elsewhere
    ? [`Its shader, \`shaders/${file}\`: [${elsewhere.replace('.md#', ', ')}](./${elsewhere}).`]
    : [`::: details ${title}`, '```wgsl', shader(file).trimEnd(), '```', ':::'];
  shown.set(file, elsewhere ?? `${slugOf(family)}.md#${rung.toLowerCase()}`);
  return [`### ${rung}`, '', facts.join('\n\n'), '', ...code].join('\n');
}

const repeatIt = ({ family }: FamilyPage): string =>
  [
    '## On your device',
    '',
    'Each rung is checked against float64 before its time counts; `--show` prints the WGSL with all that goes in front, as the device gets it.',
    '',
    '```sh',
    `npx sppgpu kernels ${slugOf(family)} --run all`,
    `npx sppgpu kernels ${slugOf(family)} --show`,
    '```',
    '',
  ].join('\n');
