import { SppgpuError } from './errors.js';

/** All names of an options record. The compiler asks for every one of them, and refuses any other. */
export type OptionNames<Options> = { readonly [Name in keyof Required<Options>]: true };

/** What the option is called in other libraries, where the spelling alone does not lead to ours. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  dim: ['axis', 'axes'],
  dims: ['axes', 'axis'],
  learningrate: ['lr'],
  epsilon: ['eps'],
  rng: ['generator'],
};

/**
 * Refuses what would be ignored without a word in plain JavaScript: a misspelt option, or a value where the options belong.
 * Every public function and constructor that takes an options record calls it.
 * @param user the function or class, for the message
 * @throws SppgpuError naming the option, the nearest known name and all of them
 */
export function checkOptions<Options extends object>(
  user: string,
  options: Options | undefined,
  names: OptionNames<Options>,
): void {
  if (options === undefined) return;
  if (!isRecord(options)) {
    throw new SppgpuError(
      `${user}: the options are ${show(options)}; give an object with any of ${Object.keys(names).join(', ')}`,
    );
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(names, name)) continue;
    const known = Object.keys(names);
    throw new SppgpuError(
      `${user}: there is no option ${name}; the nearest is ${nearest(name, known)} (of ${known.join(', ')})`,
    );
  }
}

/** As `checkOptions`, where the options cannot be left out. @throws SppgpuError without any, too */
export function requireOptions<Options extends object>(
  user: string,
  options: Options,
  names: OptionNames<Options>,
): void {
  if (options === undefined) {
    throw new SppgpuError(
      `${user}: the options are missing; give an object with any of ${Object.keys(names).join(', ')}`,
    );
  }
  checkOptions(user, options, names);
}

/**
 * Refuses a number that is not usable, NaN above all.
 * @param least smallest usable value
 * @param above largest value that is too small
 * @param below smallest value that is too large
 * @param most largest usable value
 * @throws SppgpuError naming the setting, its value and the range
 */
export function checkSetting(
  user: string,
  name: string,
  value: number,
  {
    least = Number.NEGATIVE_INFINITY,
    above = Number.NEGATIVE_INFINITY,
    below = Number.POSITIVE_INFINITY,
    most = Number.POSITIVE_INFINITY,
    integer = false,
  } = {},
): void {
  const usable = integer ? Number.isInteger(value) : Number.isFinite(value);
  if (usable && value >= least && value > above && value < below && value <= most) return;
  const range = [
    ...(Number.isFinite(least) ? [`from ${least}`] : []),
    ...(Number.isFinite(above) ? [`above ${above}`] : []),
    ...(Number.isFinite(most) ? [`up to ${most}`] : []),
    ...(Number.isFinite(below) ? [`below ${below}`] : []),
  ];
  const kind = integer ? 'a whole number' : 'a finite number';
  throw new SppgpuError(`${user}: ${name} ${show(value)} is not usable; give ${[kind, ...range].join(' ')}`);
}

/** @throws SppgpuError unless the value is one of the choices, or not given */
export function checkChoice<Choice extends string>(
  user: string,
  name: string,
  value: Choice | undefined,
  choices: readonly Choice[],
): void {
  if (value === undefined || choices.includes(value)) return;
  throw new SppgpuError(`${user}: ${name} ${show(value)} is not known; choose ${choices.join(' or ')}`);
}

/**
 * Refuses what is no state of a module, an optimizer, a schedule or a generator, before anything is read from it: nothing, a
 * list, the module itself, a promise that nobody waited for.
 * @param named whether its values are looked up by name, as in a map
 * @throws SppgpuError
 */
export function requireState(user: string, state: unknown, named = false): void {
  if (isRecord(state) && (named ? 'has' in (state as object) : !('then' in (state as object)))) return;
  throw new SppgpuError(
    `${user}: ${show(state)} is no state; give the awaited result of stateDict() or loadSafetensors()`,
  );
}

/** An object made by braces, or of a class that stands for one; not a list, a tensor or a function. */
function isRecord(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('dispose' in value);
}

function show(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return `a ${value.constructor?.name ?? 'object'}`;
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

function nearest(name: string, known: readonly string[]): string {
  const plain = (text: string) => text.toLowerCase().replaceAll('_', '');
  const synonym = SYNONYMS[plain(name)]?.find((other) => known.includes(other));
  if (synonym) return synonym;
  const distances = known.map((other) => editDistance(plain(name), plain(other)));
  return known[distances.indexOf(Math.min(...distances))]!;
}

/** Letters to insert, delete or change between two words (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + Number(a[i - 1] !== b[j - 1])));
    }
    row = next;
  }
  return row[b.length]!;
}
