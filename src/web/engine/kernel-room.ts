import { LADDER_CASES, type LadderCases } from '../../bench/ladder-cases.js';
import { POOLING_POINTS, type PoolingLine, sweepPooling } from '../../bench/pooling.js';
import { type Limits, measureLimits } from '../../bench/roofline.js';
import { type RungLine, rungsFor, timeRungs } from '../../bench/time-rungs.js';
import { canRun, chooseRung } from '../../ops/ladder.js';
import { createDevice } from '../../runtime/create-device.browser.js';
import type { Device } from '../../runtime/device.js';
import { SppgpuError } from '../../runtime/errors.js';
import type { Gpu } from './gpu.js';
import type { EditOutcome, FamilyReport } from './wire.js';

/** Timing per rung. */
const BUDGET_MS = 400;

/** The ladders of kernels, and the sweep of pooling, on the reader's device. */
export class KernelRoom {
  private measured: { readonly device: Device; readonly limits: Limits } | null = null;
  private stopped = false;

  constructor(private readonly gpu: Gpu) {}

  async families(): Promise<FamilyReport[]> {
    const device = await this.gpu.device();
    return LADDER_CASES.map(({ ladder, work, size, sizeIs }) => {
      const chosen = chooseRung(ladder.family, ladder, device, work(size));
      const rungs = ladder.rungs.map((row) => ({
        ...{ rung: row.rung, file: row.file, why: row.why, lost: row.lost ?? null },
        runs: canRun(device, row),
        chosen: row.rung === chosen,
        kernels: row.kernels.map(({ name, code }) => ({ name, code })),
      }));
      return { family: ladder.family, sizeIs, size, rungs };
    });
  }

  /** Checks every rung that the device can run against float64, and times it. */
  async run(family: string, size: number, onLine: (line: RungLine) => void): Promise<{ limits: Limits }> {
    const device = await this.gpu.device();
    const cases = casesOf(family);
    const { work, benchCase } = workOf(cases, size);
    const limits = await this.limits(device);
    const rungs = rungsFor(device, cases.ladder, work as never);
    await timeRungs(device, cases, work as never, benchCase, rungs, { budgetMs: BUDGET_MS, limits }, onLine);
    return { limits };
  }

  /** Compiles an edited kernel; where that works, the rung that uses it is checked and timed with it, on a device of its own. */
  async runEdited(family: string, rung: string, size: number, kernel: string, code: string): Promise<EditOutcome> {
    const cases = casesOf(family);
    const { work, benchCase } = workOf(cases, size);
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
    for (const point of POOLING_POINTS.filter(
      ({ sweep, benchCase }) => sweep === name && benchCase.direction === 'fwd',
    )) {
      if (this.stopped) break;
      await sweepPooling(device, [point], { budgetMs: BUDGET_MS, limits }, onLine);
    }
    return limits;
  }

  sweeps(): string[] {
    return [...new Set(POOLING_POINTS.map(({ sweep }) => sweep))];
  }

  /** Ends a sweep after the point in progress. */
  stop(): void {
    this.stopped = true;
  }

  private async limits(device: Device): Promise<Limits> {
    if (this.measured?.device !== device) this.measured = { device, limits: await measureLimits(device) };
    return this.measured.limits;
  }
}

function casesOf(family: string): LadderCases {
  const found = LADDER_CASES.find(({ ladder }) => ladder.family === family);
  if (!found) throw new SppgpuError(`there is no family ${family} of kernels; choose one of the list`);
  return found as LadderCases;
}

function workOf({ ladder, work: make, caseOf }: LadderCases, size: number) {
  const work = make(size);
  const benchCase = caseOf(work);
  if (!benchCase) throw new SppgpuError(`${ladder.family}: no check does work of size ${size}; choose another size`);
  return { work, benchCase };
}
