import type { Command } from 'commander';
import { type DetectionTimes, type MethodSeconds, timeDetection } from '../../bench/detection.js';
import { loadDigits } from '../../data/digits.node.js';
import { scenesDataset } from '../../data/scenes.js';
import { DETECTION_LEVELS, RegionNetwork, regionLayers } from '../../detect/features/region-network.js';
import { STAGES } from '../../detect/features/stages.js';
import { selectiveSearch } from '../../detect/proposals/selective-search/selective-search.js';
import { slidingWindows } from '../../detect/proposals/sliding-windows.js';
import { Network } from '../../models/network.js';
import { buildArchitecture } from '../../models/registry.js';
import type { Picture } from '../../picture/picture.js';
import { textTable } from '../../report/text-table.js';
import { concatArrays } from '../../runtime/concat-arrays.js';
import { Generator } from '../../tensor/generator.js';
import {
  type ArchitectureFlags,
  architectureName,
  architectureOptions,
  withArchitectureFlags,
} from '../architecture-flags.js';
import { asUsage } from '../errors.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { type CommonOptions, wholeNumber, withCommonOptions, withDevice } from '../options.js';
import { print, printJson, say } from '../output.js';
import { Progress } from '../progress.js';

interface BenchOptions extends CommonOptions, ArchitectureFlags {
  readonly model: string;
  readonly pictures: number;
  readonly windows: number;
  readonly rcnnWindows?: number;
  readonly classes: number;
}

/** Windows of R-CNN that a CPU adapter is asked for: of 2,000 it would take hours. */
const FEW = 16;
/** The size of VOC's photographs. */
const STYLE = { width: 500, height: 375, digits: [8, 14], minHeight: 24, maxHeight: 200 } as const;

/** `sppgpu detect bench`: SPP-net against R-CNN, stage by stage, on this adapter. */
export function addBench(detect: Command): void {
  const command = detect
    .command('bench')
    .description('seconds per picture of SPP-net at one and five scales and of R-CNN, stage by stage, on this adapter')
    .optionsGroup(GROUPS.common)
    .option('--model <name>', 'network, with random weights: time does not depend on them', architectureName, 'zf5')
    .option('--pictures <n>', 'composed pictures of 500 x 375 to look at', wholeNumber(1), 3)
    .option('--windows <n>', 'windows of a picture at most', wholeNumber(1), 2000)
    .option(
      '--rcnn-windows <n>',
      `windows R-CNN is timed on, and extrapolated from (default: all; on a CPU ${FEW})`,
      wholeNumber(1),
    )
    .option('--classes <n>', 'classes that windows are scored for', wholeNumber(1), 20);
  withCommonOptions(withArchitectureFlags(command)).action((options: BenchOptions) =>
    interruptible((signal) => bench(options, signal)),
  );
}

async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const { model, windows, classes, json } = options;
  const architecture = asUsage(() =>
    buildArchitecture(model, { pyramid: DETECTION_LEVELS, ...architectureOptions({ ...options, classes: undefined }) }),
  );
  const layer = regionLayers(architecture).at(-1)!;
  const scenes = scenesDataset(await loadDigits(), { split: 'test', count: options.pictures, seed: 1, style: STYLE });
  const pictures: Picture[] = [];
  for (let i = 0; i < scenes.length; i++) pictures.push((await scenes.item(i)).image);
  await withDevice(options, async (device) => {
    const { rcnnWindows = device.info.software ? FEW : windows } = options;
    const network = new Network(architecture, { device, generator: new Generator(1) }).eval();
    say(`${architecture.title} up to ${layer}, ${pictures.length} pictures, ${classes} classes; ${device.info.name}`);
    const progress = new Progress('detect bench:', 3 * (pictures.length + 1), 'runs');
    try {
      const times = await timeDetection(new RegionNetwork(network, layer), {
        ...{ pictures, classes, windows, rcnnWindows, signal },
        // Where the search finds fewer windows than are asked for, windows on a grid fill up.
        propose: (picture) => concatArrays(Float32Array, [selectiveSearch(picture).boxes, slidingWindows(picture)]),
        onPicture: (what) => progress.advance(1, what),
        onProblem: say,
      });
      progress.stop();
      if (json) printJson(jsonOf(times, architecture.name, layer, device.info.name));
      else print(`${table(times)}\n`);
    } finally {
      progress.stop();
      network.dispose();
    }
  });
}

const METHODS = ['spp1', 'spp5', 'rcnn'] as const;

function jsonOf(times: DetectionTimes, model: string, layer: string, adapter: string): object {
  const seconds = (own: MethodSeconds): object =>
    Object.fromEntries(Object.entries(own).map(([stage, value]) => [stage, Number(value.toPrecision(4))]));
  const { ratios, windows, rcnnWindows, extrapolated, images } = times;
  return {
    ...Object.fromEntries(METHODS.map((method) => [method, seconds(times[method])])),
    ratios: Object.fromEntries(Object.entries(ratios).map(([name, value]) => [name, Number(value.toPrecision(4))])),
    ...{ model, layer, windows, rcnnWindows, extrapolated, images, adapter },
  };
}

/** Seconds on a GTX Titan in the paper's Table 9: ZF-5 at one and five scales, R-CNN with AlexNet. */
const PAPER = {
  conv: ['0.053', '0.293', '8.96'],
  fc: ['0.089', '0.089', '0.07'],
  total: ['0.142', '0.382', '9.03'],
} as const;

const shown = (seconds: number): string => (Number.isNaN(seconds) ? '-' : seconds.toPrecision(3));

function table(times: DetectionTimes): string {
  const { ratios, windows, rcnnWindows, extrapolated } = times;
  const rows = [...STAGES, 'total' as const].map((stage) => [
    stage,
    ...METHODS.map((method) => shown(times[method][stage])),
    ...(stage === 'conv' || stage === 'fc' || stage === 'total' ? PAPER[stage] : ['', '', '']),
  ]);
  const ratio = (value: number, paper: string): string =>
    `${Number.isNaN(value) ? '-' : `${value.toFixed(value < 10 ? 1 : 0)}x`} (${paper})`;
  return [
    textTable(['seconds', 'SPP 1', 'SPP 5', 'R-CNN', 'paper: SPP 1', 'SPP 5', 'R-CNN (AlexNet)'], rows),
    [
      `total: all but proposals; ${Math.round(windows)} windows per picture`,
      extrapolated ? `R-CNN is extrapolated from ${Math.round(rcnnWindows)} of them` : 'R-CNN on all of them',
    ].join('; '),
    `R-CNN over SPP-net, in brackets the paper's: convolutions ${ratio(ratios.conv1, '169x')} and ${ratio(ratios.conv5, '31x')}, total ${ratio(ratios.total1, '64x')} and ${ratio(ratios.total5, '24x')}; with ZF-5 in both the paper has 270x, 49x, 102x, 38x`,
  ].join('\n\n');
}
