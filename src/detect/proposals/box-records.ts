import { quoted } from '../../runtime/quote.js';

/** A box as it stands in a file; `score` where it has one. */
export interface FoundBox {
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number];
  readonly score?: number;
}

/** Boxes of a picture, or what is wrong; `line` (from 1) where it is not the row's own place. */
export type BoxRow =
  | { readonly file: string; readonly boxes: readonly FoundBox[] }
  | { readonly problem: string; readonly line?: number };

/** One line of text: `file x0 y0 x1 y1 [score]`; null where it says nothing. */
export function boxesOfLine(line: string): BoxRow | null {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return null;
  const separator = text.includes('\t') ? /\t+/u : text.includes(',') ? /\s*,\s*/u : /\s+/u;
  const [file, ...fields] = text.split(separator);
  const numbers = fields.map((field) => (field === '' ? Number.NaN : Number(field)));
  const bad = numbers.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) return { problem: `${quoted(fields[bad])} is not a number` };
  const box = checkedBox(numbers);
  return 'problem' in box ? box : { file: file!, boxes: [box] };
}

/** Lines of JSON, an object each, or one array of objects over all lines. */
export function boxesOfJson(lines: readonly string[]): (BoxRow | null)[] {
  if (
    lines
      .find((line) => line.trim() !== '')!
      .trimStart()
      .startsWith('[')
  ) {
    const whole = parsed(lines.join('\n'));
    if (!whole || !Array.isArray(whole.value)) return [{ problem: 'the array is not valid JSON', line: 1 }];
    return whole.value.map((record, i): BoxRow | null => {
      const row = boxesOfRecord(record);
      return row && 'problem' in row ? { problem: `entry ${i + 1}: ${row.problem}`, line: 1 } : row;
    });
  }
  return lines.map((line) => {
    if (line.trim() === '') return null;
    const record = parsed(line);
    return record ? boxesOfRecord(record.value) : { problem: 'is not valid JSON' };
  });
}

function parsed(text: string): { readonly value: unknown } | null {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return null;
  }
}

/** `{file, boxes}`. What else an object says is of no concern; the lines of recall that `propose` prints have neither. */
function boxesOfRecord(record: unknown): BoxRow | null {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    return { problem: `${quoted(record)} is not an object` };
  }
  if (!('file' in record) && 'recall50' in record) return null;
  const { file, boxes } = record as { file?: unknown; boxes?: unknown };
  if (typeof file !== 'string' || file === '') return { problem: `"file" is ${quoted(file)}, not a name` };
  if (!Array.isArray(boxes)) return { problem: '"boxes" is not a list' };
  const found: FoundBox[] = [];
  for (const [i, values] of boxes.entries()) {
    const box = isNumbers(values) ? checkedBox(values) : { problem: `is ${quoted(values)}, not a list of numbers` };
    if ('problem' in box) return { problem: `box ${i + 1} of ${quoted(file)} ${box.problem}` };
    found.push(box);
  }
  return { file, boxes: found };
}

function isNumbers(values: unknown): values is number[] {
  return Array.isArray(values) && values.every((value) => Number.isFinite(value));
}

function checkedBox(numbers: readonly number[]): FoundBox | { readonly problem: string } {
  if (numbers.length !== 4 && numbers.length !== 5) return { problem: `has ${numbers.length} numbers, not 4 or 5` };
  const [x0, y0, x1, y1, score] = numbers as [number, number, number, number, number?];
  if (!(x1 > x0 && y1 > y0)) return { problem: `is a box without pixels (${x0} to ${x1}, ${y0} to ${y1})` };
  return { box: [x0, y0, x1, y1], ...(score !== undefined && { score }) };
}
