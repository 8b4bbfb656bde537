import type { LabelKind } from '../data/dataset.js';
import type { GradScalerState } from '../optim/grad-scaler.js';
import type { ScheduleState } from '../optim/schedules.js';
import { FileError } from '../runtime/errors.js';
import { made } from '../runtime/made.js';
import type { StreamPosition } from '../tensor/generator.js';
import type { ModelOptions } from './architecture.js';
import { CHECKPOINT_FORMAT, EXPORT_FORMAT } from './model-format.js';

export const WAY_OUT = 'use an undamaged copy, or train anew';

/** What was counted over the batches of an epoch so far. */
export type EpochSums = { readonly examples: number; readonly loss: number } & Readonly<Record<string, number>>;

/** Where a run stands; `step` counts the batches of the epoch that are done. */
export interface Position {
  readonly epoch: number;
  readonly step: number;
  readonly sums: EpochSums;
}

/** Everything but tensors that a run needs to go on. */
export interface CheckpointInfo {
  readonly model: { readonly name: string; readonly options: ModelOptions };
  readonly classes: readonly string[];
  /** Whether pictures have one class (softmax) or several (sigmoid); absent in older files: one. */
  readonly labels?: LabelKind;
  readonly position: Position;
  readonly optimizer: Readonly<Record<string, number>>;
  readonly schedule: ScheduleState;
  readonly generator: StreamPosition;
  /** Of a run in f16. */
  readonly scaler?: GradScalerState;
  /** What the run was started with: arguments, preprocessing, history; plain JSON. */
  readonly run: Readonly<Record<string, unknown>>;
}

/** Whether classes are called 0, 1, 2, ...: the file that they come from did not name them. */
export const areNumbered = (classes: readonly string[]): boolean => classes.every((name, i) => name === String(i));

/** The part that says what the network is: exports of weights have it too. */
export type ModelDescription = Pick<CheckpointInfo, 'model' | 'classes' | 'labels' | 'run'>;

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isNumber: Check = (value) => typeof value === 'number';
/** JSON has no infinity and no NaN: they come back as null. */
const isStoredNumber: Check = (value) => value === null || isNumber(value);
const allAre =
  (check: Check): Check =>
  (value) =>
    isFields(value) && Object.values(value).every(check);
const has =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isFields(value) && Object.entries(checks).every(([name, check]) => check(value[name]));

const sums: Check = (value) => has({ examples: isCount, loss: isNumber })(value) && allAre(isStoredNumber)(value);

/** What each field must be; a file may come from anywhere. */
const FIELDS = made(
  (): Readonly<Record<keyof CheckpointInfo, Check>> => ({
    model: has({ name: isText, options: isFields }),
    classes: (value) => Array.isArray(value) && value.length > 0 && value.every(isText),
    labels: (value) => value === undefined || value === 'single' || value === 'multi',
    position: has({ epoch: isCount, step: isCount, sums }),
    optimizer: allAre(isNumber),
    schedule: allAre(isStoredNumber),
    generator: has({ seed: isCount, offset: isCount }),
    scaler: (value) => value === undefined || has({ scale: isNumber, growthTracker: isCount })(value),
    run: isFields,
  }),
);

/** What a checkpoint says about itself. @throws FileError if it is none, or lacks a field or has one of another kind. */
export function checkpointInfo(metadata: Readonly<Record<string, string>>, file: string): CheckpointInfo {
  if (metadata.format !== CHECKPOINT_FORMAT || !metadata.sppgpu) {
    throw new FileError(
      file,
      `is not a checkpoint of this program (format ${metadata.format ?? 'missing'})`,
      'give a file that `sppgpu train` or `sppgpu demo` wrote',
    );
  }
  return checked(metadata.sppgpu, Object.keys(FIELDS) as (keyof CheckpointInfo)[], file);
}

/** What a file of weights says of its network. @throws FileError where a field is missing or of another kind */
export function modelDescription(text: string, file: string): ModelDescription {
  return checked(text, ['model', 'classes', 'labels', 'run'], file);
}

function checked<Name extends keyof CheckpointInfo>(
  text: string,
  names: readonly Name[],
  file: string,
): Pick<CheckpointInfo, Name> {
  const info = parsed(text, file);
  for (const name of names) {
    if (FIELDS[name](info[name])) continue;
    throw damaged(file, `${name} is ${name in info ? 'not what was written' : 'missing'}`);
  }
  return info as unknown as CheckpointInfo;
}

function parsed(text: string, file: string): Fields {
  let info: unknown;
  try {
    info = JSON.parse(text);
  } catch {
    throw damaged(file, 'it is not JSON');
  }
  if (!isFields(info)) throw damaged(file, 'it is not a JSON object');
  return info;
}

/** The epochs that a checkpoint's run had finished. @throws FileError where they are missing or not as many as it says. */
export function checkpointHistory({ run, position }: CheckpointInfo, file: string): readonly Fields[] {
  const { history } = run;
  if (!Array.isArray(history) || history.length !== position.epoch || !history.every(isFields)) {
    throw damaged(file, `run.history is not the ${position.epoch} epochs that were finished`);
  }
  return history;
}

/** An error of a file whose description cannot be right. */
export function damaged(file: string, problem: string): FileError {
  return new FileError(file, `its description is damaged: ${problem}`, WAY_OUT);
}

/** The metadata of a checkpoint's file. */
export function checkpointMetadata(info: CheckpointInfo): Record<string, string> {
  return { format: CHECKPOINT_FORMAT, sppgpu: JSON.stringify(info) };
}

/** Of the run an export keeps what a use of the weights needs: no paths, no history. */
export function exportMetadata({ model, classes, labels = 'single', run }: ModelDescription): Record<string, string> {
  const { seed, valShare } = (run.arguments ?? {}) as Record<string, unknown>;
  const kept = { preparation: run.preparation, data: run.data, arguments: { seed, valShare } };
  return { format: EXPORT_FORMAT, sppgpu: JSON.stringify({ model, classes, labels, run: kept }) };
}
