import type { OnnxNode, OnnxTensor } from '../../../io/onnx/schema.js';
import { activation } from '../../layers/foreign.js';
import { type ConvLayer, conv } from '../../layers/index.js';
import type { Reading } from './reading.js';
import { Attributes } from './source-graph.js';
import type { Value } from './steps.js';
import { elementsOf, floatsOf } from './tensor-data.js';

/** `x * Sigmoid(x)` and `x * HardSigmoid(x)`, which have operators of their own in newer sets. */
export function gated({ inputs, name }: OnnxNode, reading: Reading): Value | undefined {
  const { graph, steps } = reading;
  const place = inputs.findIndex((input, i) => {
    const gate = graph.producer(input);
    return (gate?.opType === 'Sigmoid' || gate?.opType === 'HardSigmoid') && gate.inputs[0] === inputs[1 - i];
  });
  const step = reading.step(inputs[1 - place]);
  if (inputs.length !== 2 || place < 0 || step === undefined) return undefined;
  const gate = graph.producer(inputs[place]!)!;
  const attributes = new Attributes(gate);
  const [alpha, beta] = [attributes.float('alpha', 0.2), attributes.float('beta', 0.5)];
  const isHard = gate.opType === 'HardSigmoid';
  if (isHard && (Math.abs(alpha - 1 / 6) > 1e-6 || beta !== 0.5)) return undefined;
  const layer = activation(steps.name('swish', undefined, name), isHard ? 'hardSwish' : 'silu');
  return { step: steps.add({ layer, inputs: [step] }), flat: reading.value(inputs[1 - place])!.flat };
}

/** A map and numbers of the file, one for all or one for each channel, by an operator that takes two. */
interface WithNumbers {
  readonly map: string;
  readonly numbers: OnnxTensor;
}

function withNumbers({ inputs, opType }: OnnxNode, { graph }: Reading): WithNumbers | undefined {
  const place = inputs.findIndex((input) => graph.constant(input) !== undefined);
  const numbers = graph.constant(inputs[place] ?? '');
  const turns = opType === 'Add' || opType === 'Mul';
  if (inputs.length !== 2 || !numbers || (place === 0 && !turns)) return undefined;
  return { map: inputs[1 - place]!, numbers };
}

/** A map plus, minus, times or by numbers of the file: a convolution of one cell, which each channel has to itself. */
export function scaled(node: OnnxNode, reading: Reading): Value | undefined {
  const found = withNumbers(node, reading);
  const value = reading.value(found?.map);
  if (!found || !value || value.flat) return undefined;
  const { numbers, map } = found;
  const { steps } = reading;
  const place = reading.step(map);
  const channels = place === undefined ? 0 : steps.channelsAt(place);
  const isOne = elementsOf(numbers) === 1;
  const isEach = numbers.dims.at(-3) === channels && elementsOf(numbers) === channels;
  if (place === undefined || !(isOne || isEach)) return undefined;
  const adds = node.opType === 'Add' || node.opType === 'Sub';
  const read = (number: (value: number) => number) => (): Float32Array<ArrayBuffer> => {
    const values = floatsOf(numbers);
    return Float32Array.from({ length: channels }, (_, i) => number(values[isOne ? 0 : i]!));
  };
  const factor = node.opType === 'Div' ? (by: number) => 1 / by : (by: number) => by;
  const weight = { shape: [channels, 1, 1, 1], read: read(adds ? () => 1 : factor) };
  const bias = { shape: [channels], read: read(node.opType === 'Sub' ? (value) => -value : (value) => value) };
  const layer = conv(steps.name('scale', undefined, node.name), channels, {
    ...{ kernel: 1, groups: channels, fill: { weights: 'he', bias: 0 } },
    ...(!adds && { bias: false }),
  });
  return { step: steps.add({ layer, inputs: [place], parameters: { weight, ...(adds && { bias }) } }), flat: false };
}

/** Numbers of the file behind a convolution or a matrix, which become part of its bias. */
export function biased({ inputs }: OnnxNode, reading: Reading): Value | undefined {
  const { graph, steps } = reading;
  const place = inputs.findIndex((input) => graph.constant(input) !== undefined);
  const constant = graph.constant(inputs[place] ?? '');
  const value = reading.value(inputs[1 - place]);
  const step = value && !value.levels && !value.border ? steps.list[value.step] : undefined;
  if (inputs.length !== 2 || !constant || !step || !reading.isTakenOnce(inputs[1 - place]!)) return undefined;
  const { layer, parameters } = step;
  const count = layer.type === 'conv' ? layer.outChannels : layer.type === 'fc' ? layer.outFeatures : 0;
  // One for each output: the channels of maps stand before two sides of 1.
  const axis = constant.dims.length - (layer.type === 'conv' ? 3 : 1);
  const fits = elementsOf(constant) === count && constant.dims[axis] === count;
  if (!fits || (layer.type === 'fc' && !value!.flat)) return undefined;
  const { bias } = parameters;
  const read = () => {
    const values = floatsOf(constant);
    return bias ? bias.read().map((number, i) => number + values[i]!) : values;
  };
  const { bias: _, ...own } = layer as ConvLayer;
  steps.replace(value!.step, {
    ...step,
    layer: layer.type === 'conv' ? own : layer,
    parameters: { ...parameters, bias: { shape: [count], read } },
  });
  return value;
}
