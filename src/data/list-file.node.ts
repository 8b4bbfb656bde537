import { basename, dirname, resolve } from 'node:path';
import { readLines } from '../io/text-file.node.js';
import { FileError } from '../runtime/errors.js';
import { checkOptions, type OptionNames } from '../runtime/options.js';
import { printable, quoted } from '../runtime/quote.js';
import { datasetOf, type ImageDataset, type ImageEntry } from './dataset.js';
import { loadImage } from './decode.node.js';
import { isPictureName } from './picture-names.js';

export interface ListFileOptions {
  /** Folder that relative paths start from; the list's own folder by default. */
  root?: string;
  /** Class names. Without them labels are numbers from 0, and the class names are those numbers. */
  classes?: readonly string[];
}

const NAMES: OptionNames<ListFileOptions> = { root: true, classes: true };

/**
 * A text file (UTF-8 or UTF-16, lines ended in any way) with `path label` on each line; the label is a class number or, with
 * `classes`, a class name. Without a label the folder that holds the picture names its class (then `classes` defaults to the
 * folders seen, sorted). Empty lines and lines that start with # are skipped. Throws FileError with the number of a bad line.
 */
export async function openListFile(path: string, options: ListFileOptions = {}): Promise<ImageDataset> {
  checkOptions('openListFile', options, NAMES);
  const lines = parseLines(path, await readLines(path, { wayOut: 'give the path of a list' }));
  const classes = options.classes ?? defaultClasses(path, lines);
  const root = options.root ?? dirname(path);
  const entries = lines.map(
    (line): ImageEntry => ({ id: line.file, label: labelOf(path, line, classes), path: resolve(root, line.file) }),
  );
  return datasetOf(basename(path), classes, entries, (index) => loadImage(entries[index]!.path!));
}

interface Line {
  number: number;
  file: string;
  label: string;
}

const HIGHEST_LABEL = 99_999;

function parseLines(path: string, text: readonly string[]): Line[] {
  const lines: Line[] = [];
  for (const [i, raw] of text.entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const labelled = /^(?<file>.*\S)\s+(?<label>\S+)$/u.exec(line)?.groups;
    const bare = isPictureName(line);
    if (labelled && !bare) lines.push({ number: i + 1, file: labelled.file!, label: labelled.label! });
    else if (bare && dirname(line) !== '.') lines.push({ number: i + 1, file: line, label: basename(dirname(line)) });
    else throw lineError(path, i + 1, `${quoted(line)} has no label`, 'write "path label"');
  }
  if (lines.length === 0) throw new FileError(path, 'lists no pictures', 'write "path label" on each line');
  return lines;
}

function defaultClasses(path: string, lines: Line[]): string[] {
  if (lines.some(({ label }) => !isNumber(label))) {
    const numbered = lines.find(({ label }) => isNumber(label));
    if (numbered) throw lineError(path, numbered.number, 'mixes numbers and names as labels', 'use one of them');
    return [...new Set(lines.map(({ label }) => label))].sort();
  }
  const highest = lines.reduce((max, line) => Math.max(max, numericLabel(path, line, HIGHEST_LABEL)), 0);
  return Array.from({ length: highest + 1 }, (_, label) => String(label));
}

function labelOf(path: string, line: Line, classes: readonly string[]): number {
  const byName = classes.indexOf(line.label);
  if (byName >= 0) return byName;
  if (isNumber(line.label)) return numericLabel(path, line, classes.length - 1);
  throw lineError(path, line.number, `${quoted(line.label)} is not a class`, 'use a class name or number');
}

function numericLabel(path: string, line: Line, highest: number): number {
  const label = Number(line.label);
  if (Number.isInteger(label) && label >= 0 && label <= highest) return label;
  throw lineError(
    path,
    line.number,
    `label ${printable(line.label, 60)} is not in 0..${highest}`,
    'correct it or the class list',
  );
}

function isNumber(label: string): boolean {
  return /^[-+]?\d+(?:\.\d+)?$/u.test(label);
}

function lineError(path: string, line: number, problem: string, wayOut: string): FileError {
  return new FileError(`${path}:${line}`, problem, wayOut);
}
