import type { Architecture } from './architecture.js';
import { type MapGeometry, mapGeometry, minimumInput, slidingLayers } from './geometry.js';
import type { ActivationShape, ParameterSpec } from './layers/index.js';
import { type TracedLayer, traceLayers } from './trace.js';

const BYTES_PER_FLOAT = 4;

/** One row of `sppgpu models`: costs of one image in f32. */
export interface LayerProfile {
  readonly name: string;
  readonly type: string;
  readonly output: ActivationShape;
  /** What is learned; running statistics are not. */
  readonly parameters: number;
  /** Two a multiply-add, of convolutions and fully connected layers; the others are below a hundredth of them. */
  readonly flops: number;
  readonly activationBytes: number;
}

/** A net measured for one input size. */
export interface ModelProfile extends MapGeometry {
  readonly name: string;
  readonly input: readonly [number, number, number];
  readonly layers: readonly LayerProfile[];
  readonly parameters: number;
  /** Of all that a file of weights holds: running statistics of batch normalisation, too. */
  readonly parameterBytes: number;
  readonly flops: number;
  /** Height and width of the last map before the head. */
  readonly map: readonly [number, number];
  readonly minimumInput: number;
  /** Input and every layer's output: what training keeps for the backward pass, an image. */
  readonly activationBytes: number;
  /** The largest input and output of one layer together: what inference needs at least, an image. */
  readonly peakBytes: number;
}

const product = (shape: readonly number[]): number => shape.reduce((all, size) => all * size, 1);

const elements = (specs: readonly ParameterSpec[]): number => specs.reduce((sum, { shape }) => sum + product(shape), 0);

/** Each weight meets each position of the output once. */
function flopsOf({ output, parameters }: TracedLayer): number {
  const weights = parameters
    .filter((spec) => spec.kind === 'weight')
    .reduce((sum, spec) => sum + product(spec.shape), 0);
  const positions = output.length === 3 ? output[1] * output[2] : 1;
  return 2 * weights * positions;
}

/**
 * Shapes, parameters, FLOPs and memory of every layer for one input.
 * @throws ShapeError as `traceLayers`
 */
export function profileModel(
  architecture: Architecture,
  height: number = architecture.input.size,
  width: number = height,
): ModelProfile {
  const traced = traceLayers(architecture, height, width);
  const input = [architecture.input.channels, height, width] as const;
  const layers = traced.map(
    (step): LayerProfile => ({
      name: step.layer.name,
      type: step.layer.type,
      output: step.output,
      parameters: elements(step.parameters.filter(({ kind }) => kind !== 'statistic')),
      flops: flopsOf(step),
      activationBytes: product(step.output) * BYTES_PER_FLOAT,
    }),
  );
  const sum = (pick: (row: LayerProfile) => number): number => layers.reduce((total, row) => total + pick(row), 0);
  const stored = elements(traced.flatMap((step) => step.parameters));
  const last = traced[architecture.features.length - 1]!.output as readonly [number, number, number];
  return {
    name: architecture.name,
    input,
    layers,
    parameters: sum((row) => row.parameters),
    parameterBytes: stored * BYTES_PER_FLOAT,
    flops: sum((row) => row.flops),
    map: [last[1], last[2]],
    ...mapGeometry(architecture.features),
    minimumInput: minimumInput(slidingLayers(architecture)),
    activationBytes: product(input) * BYTES_PER_FLOAT + sum((row) => row.activationBytes),
    peakBytes: Math.max(...traced.map((step) => (product(step.input) + product(step.output)) * BYTES_PER_FLOAT)),
  };
}
