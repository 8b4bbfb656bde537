import type { OnnxNode } from '../../../io/onnx/schema.js';
import type { Pair } from '../../../ops/pair.js';
import type { LayerWindow, Sides } from '../../layers/index.js';
import { named, problem } from './problem.js';
import { Attributes } from './source-graph.js';

type Numbers = readonly number[];

/** A window, and the cells around its map. */
export interface SourceWindow extends Omit<LayerWindow, 'padding' | 'ceilMode'> {
  readonly sides: Sides;
}

/** What is known where a window stands. */
export interface WindowPlace {
  readonly path: string;
  /** Rows and columns of its map, where the file says the size of its pictures. */
  readonly map: readonly [number, number] | undefined;
}

/**
 * The window of a convolution or a pool.
 * @param own the kernel, where the node need not say it
 * @throws FileError naming the node for windows that layers here do not have
 */
export function windowOf(node: OnnxNode, { path, map }: WindowPlace, own: Numbers = []): SourceWindow {
  const attributes = new Attributes(node);
  const fail = (what: string) => problem(path, `${named(node)}: ${what}`);
  const numbers = (name: string, count: number, least: number, otherwise: Numbers): Numbers => {
    const values = attributes.ints(name) ?? otherwise;
    if (values.length === count && values.every((n) => Number.isSafeInteger(n) && n >= least)) return values;
    throw fail(`${name} ${values.join(', ') || 'is missing'}; it must be ${count} numbers from ${least}`);
  };
  const kernel = numbers('kernel_shape', 2, 1, own);
  const stride = numbers('strides', 2, 1, [1, 1]);
  const dilation = numbers('dilations', 2, 1, [1, 1]);
  const auto = attributes.text('auto_pad') || 'NOTSET';
  const total = (axis: 0 | 1): number => {
    const reach = dilation[axis]! * (kernel[axis]! - 1) + 1;
    const step = stride[axis]!;
    if (step === 1) return reach - 1;
    if (map) return Math.max(0, (Math.ceil(map[axis] / step) - 1) * step + reach - map[axis]);
    const why = 'pads differently by the size of the map, and the file does not say the size of its pictures';
    throw fail(`auto_pad ${auto} with stride ${step} ${why}`);
  };
  const sides = (): Numbers => {
    if (auto === 'NOTSET') return numbers('pads', 4, 0, [0, 0, 0, 0]);
    if (auto === 'VALID') return [0, 0, 0, 0];
    if (!auto.startsWith('SAME')) throw fail(`auto_pad ${auto} is not known`);
    const totals = [total(0), total(1)];
    const less = totals.map((cells) => cells >> 1);
    const more = totals.map((cells, axis) => cells - less[axis]!);
    return auto === 'SAME_LOWER' ? [...more, ...less] : [...less, ...more];
  };
  return {
    kernel: short(kernel),
    stride: short(stride),
    sides: sides() as unknown as Sides,
    ...(dilation.some((n) => n !== 1) && { dilation: short(dilation) }),
  };
}

/** One number where both axes have the same. */
const short = ([rows = 0, columns = 0]: Numbers): Pair => (rows === columns ? rows : [rows, columns]);

/** Cells around a map as padding; undefined where opposite sides have not the same. */
export const asPadding = ([above, left, below, right]: Sides): Pair | undefined =>
  above === below && left === right ? short([above, left]) : undefined;
