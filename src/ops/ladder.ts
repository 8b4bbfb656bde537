import type { Device } from '../runtime/device.js';
import { DeviceError, ShapeError } from '../runtime/errors.js';

/** A condition, in words for readers and as the code that decides. */
interface When<Work> {
  readonly words: string;
  test(device: Device, work: Work): boolean;
}

/** One way to compute something: a row of a ladder. */
export interface Rung<Name extends string = string, Work = never> {
  /** By which an op is asked for it. */
  readonly rung: Name;
  /** Its shader, from the folder `shaders/`. */
  readonly file: string;
  /** What a device must have. */
  readonly needs: { readonly subgroup?: number };
  /** Work that it can do at all; absent: all. */
  readonly takes?: When<Work>;
  /** When it is chosen without being asked for. */
  readonly chooseWhen: When<Work>;
  /** What it does and what that is good for. */
  readonly why: string;
  /** Of a rung that is nowhere the fastest: what was measured. It stays, to be read and compared. */
  readonly lost?: string;
}

/** All ways to compute one thing. Of the rungs that are chosen by themselves the first that fits counts. */
export interface Ladder<Name extends string = string, Work = never> {
  readonly family: string;
  /** The ops that climb it, and the attributes by which they are asked for a rung. */
  readonly ops: readonly string[];
  ask(rung: Name): Readonly<Record<string, unknown>>;
  readonly rungs: readonly Rung<Name, Work>[];
}

/** Every adapter of a kind. */
export const onGpus: When<unknown> = { words: 'GPUs', test: ({ info }) => !info.software };
export const onCpus: When<unknown> = { words: 'CPU adapters', test: ({ info }) => info.software };
/** For rungs that are there to be read, and that others are measured against. */
export const never: When<unknown> = { words: 'never', test: () => false };

/** True if the device has what a rung needs. */
export function canRun({ info }: Device, { needs }: Pick<Rung, 'needs'>): boolean {
  return needs.subgroup === undefined || needs.subgroup === info.subgroupSize;
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
  const fits = (rung: Rung<Name, Work>) => canRun(device, rung) && (rung.takes?.test(device, work) ?? true);
  if (asked === 'auto') {
    const chosen = ladder.rungs.find((rung) => fits(rung) && rung.chooseWhen.test(device, work));
    if (!chosen) throw new DeviceError(`${op}: no rung of ${ladder.family} suits ${device.info.name}; name one`);
    return chosen.rung;
  }
  const rung = ladder.rungs.find((each) => each.rung === asked);
  if (!rung || !canRun(device, rung)) {
    const lacks = rung
      ? `cannot run ${asked} (subgroup size ${device.info.subgroupSize || 'not fixed'})`
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
