import { LADDER_CASES, type LadderCases } from '../../bench/ladder-cases.js';
import { POOLING_POINTS, type PoolingLine, sweepPooling } from '../../bench/pooling.js';
import { type Limits, measureLimits } from '../../bench/roofline.js';
import { type RungLine, rungsFor, timeRungs } from '../../bench/time-rungs.js';
import { canRun, chooseRung, questionOf } from '../../ops/ladder.js';
import { noteOf } from '../../ops/ladders.js';
import { createDevice } from '../../runtime/create-device.browser.js';
import type { Device } from '../../runtime/device.js';
import { DeviceLostError, SppgpuError } from '../../runtime/errors.js';
import { tuningDevice } from '../../runtime/tuning.js';
import type { Gpu } from './gpu.js';
import type { EditOutcome, FamilyReport, SweepReport } from './wire.js';

/** Timing per rung. */
const BUDGET_MS = 400;
/** Of the numbers of one case, in bytes: more than that no page holds on both sides. */
const MOST_BYTES = 2 ** 30;

/** The ladders of kernels, and the sweep of pooling, on the reader's device. */
export class KernelRoom {
  private measured: { readonly device: Device; readonly limits: Limits } | null = null;
  private stopped = false;

  constructor(private readonly gpu: Gpu) {}

  /** @param sizes of work for which the rung that is taken is told, by family, where it is not the usual one */
  async families(sizes: Readonly<Record<string, number>> = {}): Promise<FamilyReport[]> {
    const device = await this.gpu.device();
    return LADDER_CASES.map(({ ladder, work, size, sizeIs }) => {
      const chosen = chooseRung(ladder.family, ladder, device, work(sizes[ladder.family] ?? size));
      const rungs = ladder.rungs.map((row) => {
        const { file, why, lost = null } = noteOf(ladder.family, row.rung);
        return {
          ...{ rung: row.rung, file, why, lost },
          runs: canRun(device, row),
          chosen: row.rung === chosen,
          kernels: row.kernels.map(({ name, code }) => ({ name, code })),
        };
      });
      return { family: ladder.family, sizeIs, size, rungs, taken: this.gpu.choices.knows(ladder.family) };
    });
  }

  /** Checks every rung that the device can run against float64, and times it. */
  async run(family: string, size: number, onLine: (line: RungLine) => void): Promise<{ limits: Limits }> {
    const device = await this.gpu.device();
    const cases = casesOf(family);
    const { work, benchCase } = workOf(cases, size, device);
    this.stopped = false;
    const limits = await this.limits(device);
    const rungs = rungsFor(device, cases.ladder, work as never);
    const timing = { budgetMs: BUDGET_MS, limits, stopped: () => this.stopped || device.disposed };
    await timeRungs(device, cases, work as never, benchCase, rungs, timing, whileItLives(device, onLine));
    return { limits };
  }

  /**
   * Lets ops take the fastest of rungs that were timed, for all work like this one, also on the next visit.
   * @returns its name
   */
  async take(family: string, size: number, lines: readonly RungLine[]): Promise<string> {
    const device = await this.gpu.device();
    const { ladder, work } = casesOf(family);
    const fastest = lines.filter(({ ok }) => ok).toSorted((a, b) => a.ms - b.ms)[0];
    if (!fastest) throw new SppgpuError(`${family}: no rung gave a right result; the rules decide`);
    const { bucket, shaders } = questionOf(ladder, device, work(size));
    const candidates = lines.map(({ rung, ok, ms, problem }) => {
      return { rung, ok, ms: ok ? ms : null, ...(problem !== undefined && { problem }) };
    });
    const about = { family, bucket, ...tuningDevice(device.info), shaders };
    await this.gpu.choices.take({ ...about, rung: fastest.rung, candidates });
    return fastest.rung;
  }

  /** Leaves a family to its rules. */
  async leaveToRules(family: string): Promise<void> {
    await this.gpu.choices.forget(family);
  }

  /** Compiles an edited kernel; where that works, the rung that uses it is checked and timed with it, on a device of its own. */
  async runEdited(family: string, rung: string, size: number, kernel: string, code: string): Promise<EditOutcome> {
    const cases = casesOf(family);
    const { work, benchCase } = workOf(cases, size, await this.gpu.device());
    const device = await createDevice();
    try {
      const module = device.gpu.createShaderModule({ code });
      const { messages } = await module.getCompilationInfo();
      const errors = messages
        .filter(({ type }) => type === 'error')
        .map(({ lineNum, linePos, message }) => ({ line: lineNum, column: linePos, message }));
      if (errors.length > 0) return { errors, line: null };
      const original = device.gpu.createShaderModule.bind(device.gpu);
      device.gpu.createShaderModule = (asked) => original(asked.label === kernel ? { ...asked, code } : asked);
      const row = rungsFor(device, cases.ladder, work as never).find((one) => one.rung === rung);
      if (!row) throw new SppgpuError(`${family}: this device cannot run ${rung} on ${benchCase.name}; choose another`);
      const limits = await this.limits(await this.gpu.device());
      const timing = { budgetMs: BUDGET_MS, limits };
      const [line] = await timeRungs(device, cases, work as never, benchCase, [row], timing);
      return { errors: [], line: line! };
    } finally {
      device.dispose();
    }
  }

  /** Times the pooling kernels over sizes; each result is compared with float64. */
  async sweep(name: string, onLine: (line: PoolingLine) => void): Promise<Limits> {
    const device = await this.gpu.device();
    this.stopped = false;
    const limits = await this.limits(device);
    for (const point of pointsOf(name)) {
      if (this.stopped) break;
      await sweepPooling(device, [point], { budgetMs: BUDGET_MS, limits }, whileItLives(device, onLine));
    }
    return limits;
  }

  /** Names of the sweeps, and how many points each has. */
  sweeps(): SweepReport[] {
    const names = new Set(POOLING_POINTS.map(({ sweep }) => sweep));
    return Array.from(names, (name) => ({ name, points: pointsOf(name).length }));
  }

  /** Ends a sweep after the point in progress, or a ladder after the rung. */
  stop(): void {
    this.stopped = true;
  }

  private async limits(device: Device): Promise<Limits> {
    if (this.measured?.device !== device) this.measured = { device, limits: await measureLimits(device) };
    return this.measured.limits;
  }
}

const pointsOf = (name: string) =>
  POOLING_POINTS.filter(({ sweep, benchCase }) => sweep === name && benchCase.direction === 'fwd');

/** A rung that was on a device that has gone is not wrong, it is unknown. */
function whileItLives<Line>(device: Device, onLine: (line: Line) => void): (line: Line) => void {
  return (line) => {
    if (device.disposed) throw new DeviceLostError('the device was lost; run it again');
    onLine(line);
  };
}

function casesOf(family: string): LadderCases {
  const found = LADDER_CASES.find(({ ladder }) => ladder.family === family);
  if (!found) throw new SppgpuError(`there is no family ${family} of kernels; choose one of the list`);
  return found as LadderCases;
}

/** @throws SppgpuError for a size that no check does, or that is more than this device and a page hold */
function workOf({ ladder, work: make, caseOf }: LadderCases, size: number, { maxBindingBytes, info }: Device) {
  const { family } = ladder;
  const work = make(size);
  const benchCase = caseOf(work);
  if (!benchCase) throw new SppgpuError(`${family}: no check does work of size ${size}; choose another size`);
  const inputs = Object.values(benchCase.inputs).map(({ shape }) => 4 * shape.reduce((all, n) => all * n, 1));
  const [largest, all] = [Math.max(...inputs), Math.max(benchCase.bytes, ...inputs)];
  if (!(benchCase.flops > 0))
    throw new SppgpuError(`${family}: nothing comes out of size ${size}; choose a larger one`);
  if (largest > maxBindingBytes || all > MOST_BYTES) {
    const [needs, most] = [all, Math.min(maxBindingBytes, MOST_BYTES)].map((bytes) => Math.round(bytes / 2 ** 20));
    throw new SppgpuError(
      `${family}: size ${size} needs ${needs!.toLocaleString('en')} MB, ${info.name} takes ${most!.toLocaleString('en')} in a page; choose a smaller size`,
    );
  }
  return { work, benchCase };
}
