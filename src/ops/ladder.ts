import type { Device } from '../runtime/device.js';
import { DeviceError, ShapeError } from '../runtime/errors.js';
import { hashText } from '../runtime/hash-text.js';
import type { Kernel } from '../runtime/kernel.js';
import type { TuningQuestion } from '../runtime/tuning.js';

/** A condition, in words for readers and as the code that decides. */
export interface When<Work> {
  readonly words: string;
  test(device: Device, work: Work): boolean;
}

/** Adapters that compute on a GPU, on the CPU, or both. */
type AdapterClass = 'gpu' | 'cpu' | 'any';

/** What a device must have: subgroups of so many lanes, units that multiply matrices of halves of this size (`8x8x8`) in f32. */
interface Needs {
  readonly subgroup?: number;
  readonly matrix?: string;
}

/** One way to compute something: a row of a ladder. */
export interface Rung<Name extends string = string, Work = never> {
  /** By which an op is asked for it. */
  readonly rung: Name;
  /** The kernels that it runs; what only lays out operands or adds up slices is left out. */
  readonly kernels: readonly Kernel[];
  /** What a device must have; absent: nothing. */
  readonly needs?: Needs;
  /** Work that it can do at all; absent: all. */
  readonly takes?: When<Work>;
  /** True where it is chosen without being asked for. */
  chooseWhen(device: Device, work: Work): boolean;
}

/** What readers are told of a rung. It stands beside the rows and not in them, for a page that only computes does not carry it. */
export interface RungNote {
  /** Its shader, from the folder `shaders/`. */
  readonly file: string;
  /** The kind of adapter that it is made for. */
  readonly adapterClass: AdapterClass;
  /** `chooseWhen` in words. */
  readonly chosenFor: string;
  /** What it does and what that is good for. */
  readonly why: string;
  /** Of a rung that is nowhere the fastest, and so never chosen: what was measured. It stays, to be read and compared. */
  readonly lost?: string;
}

/** The note of every rung of a ladder. */
export type RungNotes<Name extends string> = Readonly<Record<Name, RungNote>>;

/**
 * All ways to compute one thing. A device's tuning table chooses, where it knows the work; else, of the rungs that are chosen by
 * themselves, the first that fits counts.
 */
export interface Ladder<Name extends string = string, Work = never> {
  readonly family: string;
  /** The attributes by which its ops are asked for a rung. */
  ask(rung: Name): Readonly<Record<string, unknown>>;
  /** What work has in common that wants the same rung, in words: sizes to the nearest power of two. */
  bucket(work: Work): string;
  readonly rungs: readonly Rung<Name, Work>[];
}

/** What a rung takes that reads f32 alone; the words of others stand in front. */
export const inF32 = <Work extends { readonly half?: boolean }>(other?: When<Work>): When<Work> => ({
  words: `${other ? `${other.words}, ` : 'operands '}of f32`,
  test: (device, work) => !work.half && (other?.test(device, work) ?? true),
});

/** What a rung takes that reads halves alone. */
export const inF16: When<{ readonly half?: boolean }> = {
  words: 'operands of f16',
  test: (_, { half }) => half === true,
};

/** Every adapter of a kind. */
export const onGpus = ({ info }: Device): boolean => !info.software;
export const onCpus = ({ info }: Device): boolean => info.software;
/** For rungs that are there to be read, and that others are measured against. */
export const never = (): boolean => false;

/** Those three in words. */
export const ON_GPUS = 'GPUs';
export const ON_CPUS = 'CPU adapters';
export const NEVER = 'never';

/** True if the device has what a rung needs. */
export function canRun({ info }: Device, { needs = {} }: Pick<Rung, 'needs'>): boolean {
  const { subgroup = info.subgroupSize, matrix } = needs;
  return subgroup === info.subgroupSize && (matrix === undefined || info.matrixUnits.includes(matrix));
}

/** True if the device can run a rung, and the rung can do this work. */
export function canDo<Work>(device: Device, rung: Rung<string, Work>, work: Work): boolean {
  return canRun(device, rung) && (rung.takes?.test(device, work) ?? true);
}

/** Sizes as a bucket's words, each rounded to a power of two; `exact` ones as they are. */
export function bucketOf(
  sizes: Readonly<Record<string, number>>,
  exact: Readonly<Record<string, number | string>> = {},
): string {
  const rounded = Object.entries(sizes).map(([name, size]) => [name, size > 0 ? 2 ** Math.round(Math.log2(size)) : 0]);
  return [...rounded, ...Object.entries(exact)].map(([name, value]) => `${name} ${value}`).join(', ');
}

const hashes = new WeakMap<object, string>();

/** Of the text of all kernels of a ladder: a tuning table made with others says nothing about these. */
export function shaderHash(ladder: Pick<Ladder, 'rungs'>): string {
  let hash = hashes.get(ladder);
  if (hash === undefined) {
    hash = hashText(ladder.rungs.flatMap(({ rung, kernels }) => [rung, ...kernels.map(({ code }) => code)]).join('\0'));
    hashes.set(ladder, hash);
  }
  return hash;
}

/** What a tuning table is asked about this work. */
export function questionOf<Name extends string, Work>(
  ladder: Ladder<Name, Work>,
  device: Device,
  work: Work,
): TuningQuestion {
  const shaders = shaderHash(ladder as Ladder);
  return { family: ladder.family, bucket: ladder.bucket(work), shaders, work, device: device.info };
}

/** Names of the rungs that a device can run. */
export function availableRungs<Name extends string, Work>(device: Device, { rungs }: Ladder<Name, Work>): Name[] {
  return rungs.filter((rung) => canRun(device, rung)).map(({ rung }) => rung);
}

/**
 * The rung that was asked for, or the one that the ladder's rows choose.
 * @throws DeviceError if the device lacks what the rung needs; ShapeError if it cannot do this work
 */
export function chooseRung<Name extends string, Work>(
  op: string,
  ladder: Ladder<Name, Work>,
  device: Device,
  work: Work,
  asked: Name | 'auto' = 'auto',
): Name {
  const fits = (rung: Rung<Name, Work>) => canDo(device, rung, work);
  if (asked === 'auto') {
    const tuned = device.tuning?.rungFor(questionOf(ladder, device, work));
    const chosen =
      (tuned && ladder.rungs.find((rung) => rung.rung === tuned && fits(rung))) ||
      ladder.rungs.find((rung) => fits(rung) && rung.chooseWhen(device, work));
    if (!chosen) throw new DeviceError(`${op}: no rung of ${ladder.family} suits ${device.info.name}; name one`);
    return chosen.rung;
  }
  const rung = ladder.rungs.find((each) => each.rung === asked);
  if (!rung || !canRun(device, rung)) {
    const lacks = rung
      ? `cannot run ${asked} (subgroup size ${device.info.subgroupSize || 'not fixed'}${rung.needs?.matrix ? `, matrix units ${device.info.matrixUnits.join(', ') || 'none'}` : ''})`
      : `knows no ${asked}`;
    throw new DeviceError(
      `${op}: ${device.info.name} ${lacks}; use one of ${availableRungs(device, ladder).join(', ')}`,
    );
  }
  if (rung.takes && !rung.takes.test(device, work)) {
    throw new ShapeError(`${op}: ${asked} takes only ${rung.takes.words}; leave the choice to the op`);
  }
  return asked;
}
