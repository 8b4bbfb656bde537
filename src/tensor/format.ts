import { checkOptions, checkSetting, type OptionNames } from '../runtime/options.js';
import type { DType } from './dtype.js';
import { type Shape, showShape, sizeOf } from './shape.js';

/** How values are written; names and defaults are NumPy's `set_printoptions`. */
export interface PrintOptions {
  /** Digits behind the point, at most. Default 8. */
  readonly precision?: number;
  /** From more elements than this on, the middle of each axis is left out. Default 1000. */
  readonly threshold?: number;
  /** Elements that are then shown at both ends of each axis. Default 3. */
  readonly edgeItems?: number;
  /** Characters of a line, at most. Default 75. */
  readonly lineWidth?: number;
}

const NAMES: OptionNames<PrintOptions> = { precision: true, threshold: true, edgeItems: true, lineWidth: true };

/** Values as NumPy writes an array. @throws SppgpuError for a setting that is not usable */
export function formatValues(
  values: ArrayLike<number>,
  shape: Shape,
  dtype: DType,
  options: PrintOptions = {},
): string {
  checkOptions('print', options, NAMES);
  const { precision = 8, threshold = 1000, edgeItems = 3, lineWidth = 75 } = options;
  checkSetting('print', 'precision', precision, { least: 0, most: 100, integer: true });
  checkSetting('print', 'edgeItems', edgeItems, { least: 1, integer: true });
  if (sizeOf(shape) === 0) return shape.length === 1 ? '[]' : `[] (shape ${showShape(shape)})`;
  const edge = sizeOf(shape) > threshold ? edgeItems : Number.POSITIVE_INFINITY;
  const shown = [...places(shape, edge)].map((place) => values[place]!);
  const word = dtype === 'i32' || dtype === 'u32' ? integers(shown) : floats(shown, precision);
  const write = (axis: number, start: number): string => {
    if (axis === shape.length) return word(values[start]!);
    const indent = ' '.repeat(axis + 1);
    const step = sizeOf(shape.slice(axis + 1));
    const items = along(shape[axis]!, edge).map((i) => (i === null ? '...' : write(axis + 1, start + i * step)));
    if (axis < shape.length - 1) {
      const gap = `\n${'\n'.repeat(shape.length - axis - 2)}${indent}`;
      return `[${items.join(gap)}]`;
    }
    return `[${wrap(items, indent, lineWidth, shape.length)}]`;
  };
  return write(0, 0);
}

/** Positions of an axis that are shown; null for those left out. */
function along(dim: number, edge: number): (number | null)[] {
  if (dim <= 2 * edge) return Array.from({ length: dim }, (_, i) => i);
  const ends = Array.from({ length: edge }, (_, i) => i);
  return [...ends, null, ...ends.map((i) => dim - edge + i)];
}

function* places(shape: Shape, edge: number, start = 0): Generator<number> {
  if (shape.length === 0) {
    yield start;
    return;
  }
  const step = sizeOf(shape.slice(1));
  for (const i of along(shape[0]!, edge)) if (i !== null) yield* places(shape.slice(1), edge, start + i * step);
}

/** The innermost items in lines of the width, each behind the indent of its brackets. */
function wrap(items: readonly string[], indent: string, width: number, brackets: number): string {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    const longer = line === '' ? item : `${line} ${item}`;
    if (line !== '' && indent.length + longer.length + brackets > width) {
      lines.push(line.trimEnd());
      line = item;
    } else line = longer;
  }
  return [...lines, line].join(`\n${indent}`);
}

function integers(shown: readonly number[]): (value: number) => string {
  const width = Math.max(...shown.map((value) => String(value).length));
  return (value) => String(value).padStart(width);
}

/** Whole parts and fractions are aligned; powers of ten where a plain number would be long or lose digits. */
function floats(shown: readonly number[], precision: number): (value: number) => string {
  const sizes = shown.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  const [largest, smallest] = [Math.max(...sizes), Math.min(...sizes)];
  const scientific = sizes.length > 0 && (largest >= 1e8 || smallest < 1e-4 || largest / smallest > 1000);
  const parts = shown.filter(Number.isFinite).map((value) => split(value, precision, scientific));
  const whole = Math.max(1, ...parts.map(([text]) => text.length));
  const fraction = Math.max(0, ...parts.map(([, text]) => text.length));
  const exponent = Math.max(0, ...parts.map(([, , text]) => text.length));
  const width = whole + (parts.length > 0 ? 1 + fraction + exponent : 0);
  return (value) => {
    if (!Number.isFinite(value)) return special(value).padStart(Math.max(width, ...shown.map(widthOfSpecial)));
    const [left, right, power] = split(value, precision, scientific);
    const padded = scientific ? right.padEnd(fraction, '0') : right.padEnd(fraction);
    const text = `${left.padStart(whole)}.${padded}${power}`;
    return text.padStart(Math.max(width, ...shown.map(widthOfSpecial)));
  };
}

function special(value: number): string {
  return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
}

function widthOfSpecial(value: number): number {
  return Number.isFinite(value) ? 0 : special(value).length;
}

/** Whole part, fraction without trailing zeros, and power of ten (`e-05`, or none). */
function split(value: number, precision: number, scientific: boolean): [string, string, string] {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const write = (size: number) => (scientific ? size.toExponential(precision) : fixed(size, precision));
  const short = shortest(Math.abs(value));
  const whole = write(short);
  // Digits that are cut off are rounded from the number itself, not from its shortest form.
  const text = Number(whole) === short ? whole : write(Math.abs(value));
  const [mantissa, power = ''] = text.split('e');
  const [left, right = ''] = mantissa!.split('.');
  const suffix = power && `e${power[0] === '-' ? '-' : '+'}${power.replace(/^[+-]/, '').padStart(2, '0')}`;
  return [sign + left!, right.replace(/0+$/, ''), suffix];
}

function fixed(value: number, precision: number): string {
  return value < 1e21 ? value.toFixed(precision) : String(BigInt(value));
}

/** The f64 of the fewest decimal digits that still is this f32: 0.1 rather than 0.10000000149. */
function shortest(value: number): number {
  for (let digits = 1; digits < 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === Math.fround(value)) return candidate;
  }
  return Number(value.toPrecision(9));
}
