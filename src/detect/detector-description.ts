import type { ModelOptions } from '../models/architecture.js';
import { FileError } from '../runtime/errors.js';
import { PROJECTIONS } from './features/place-windows.js';
import { SCALE_RULES } from './features/scale-rule.js';
import type { SppWindowOptions } from './features/spp-windows.js';

/** Format of a detector's file: see `DetectorDescription` for what stands in its metadata, `detector-file.ts` for its tensors. */
export const DETECTOR_FORMAT = 'sppgpu-detector-1';

const WAY_OUT = 'use an undamaged copy, or write it anew with `sppgpu detect train`';

/** How a file's windows become vectors: pooled on maps of whole pictures, or in a way that its `kind` names. */
export type WindowSettings = ({ readonly kind: 'spp' } & Required<SppWindowOptions>) | ForeignSettings;

/** A kind that another part of the program knows. */
export interface ForeignSettings {
  readonly kind: string;
  readonly [name: string]: unknown;
}

/** What a detector's file says of itself, as JSON. */
export interface DetectorDescription {
  /** The whole net that `network`'s weights are a part of. */
  readonly model: { readonly name: string; readonly options: ModelOptions };
  /** Layer of the features: `spp`, `fc7`, ... */
  readonly layer: string;
  readonly levels: readonly number[];
  /** Byte value that replaces the net's mean; a mean picture is a tensor. */
  readonly mean: number | null;
  readonly windows: WindowSettings;
  readonly classes: readonly string[];
  readonly trained: readonly boolean[];
  /** Missing in files of before; 0 for all then. */
  readonly thresholds?: readonly number[];
  readonly featureScale: number;
  readonly regression: boolean;
  readonly proposals: Readonly<Record<string, unknown>>;
  /** How it was trained, for people. */
  readonly about: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 1;
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every(check);
const oneOf =
  (names: readonly string[]): Check =>
  (value) =>
    names.some((name) => name === value);

const isWindows: Check = (value) => {
  if (!isFields(value) || !isText(value.kind)) return false;
  if (value.kind !== 'spp') return true;
  return listOf(isCount)(value.scales) && oneOf(SCALE_RULES)(value.scaleRule) && oneOf(PROJECTIONS)(value.projection);
};

/** What each field must be; a file may come from anywhere. */
const FIELDS: Readonly<Record<keyof DetectorDescription, Check>> = {
  model: (value) => isFields(value) && isText(value.name) && isFields(value.options),
  layer: isText,
  levels: (value) => listOf((n) => isCount(n) && (n as number) <= 64)(value),
  mean: (value) => value === null || Number.isFinite(value),
  windows: isWindows,
  classes: listOf(isText),
  trained: listOf((value) => typeof value === 'boolean'),
  thresholds: (value) => value === undefined || listOf(Number.isFinite)(value),
  featureScale: (value) => Number.isFinite(value) && (value as number) > 0,
  regression: (value) => typeof value === 'boolean',
  proposals: isFields,
  about: isFields,
};

/** Reads the description of a file. @throws FileError if the file is not a detector, or the description is damaged */
export function detectorDescription(metadata: Readonly<Record<string, string>>, path: string): DetectorDescription {
  if (metadata.format !== DETECTOR_FORMAT) {
    const problem = `holds no detector (format ${metadata.format ?? 'missing'})`;
    throw new FileError(path, problem, 'give a file that `sppgpu detect train` wrote');
  }
  let found: unknown;
  try {
    found = JSON.parse(metadata.sppgpu ?? '');
  } catch {
    throw damagedDetector(path, 'it is not JSON');
  }
  if (!isFields(found)) throw damagedDetector(path, 'it is not a JSON object');
  for (const [name, check] of Object.entries(FIELDS)) {
    if (check(found[name])) continue;
    throw damagedDetector(path, `${name} is ${name in found ? 'not what was written' : 'missing'}`);
  }
  const description = found as unknown as DetectorDescription;
  const { classes, trained, thresholds } = description;
  if (trained.length !== classes.length) {
    throw damagedDetector(path, `${trained.length} marks of training for ${classes.length} classes`);
  }
  if (thresholds && thresholds.length !== classes.length) {
    throw damagedDetector(path, `${thresholds.length} thresholds for ${classes.length} classes`);
  }
  return description;
}

export function damagedDetector(path: string, problem: string): FileError {
  return new FileError(path, `its description is damaged: ${problem}`, WAY_OUT);
}
