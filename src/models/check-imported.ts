import { made } from '../runtime/made.js';
import type { ImportedNetwork } from './architecture.js';
import { ACTIVATION_NAMES } from './layers/activation.js';
import type { LayerRecord } from './layers/index.js';

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown, least = 1, most = 2 ** 24): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
const isNumber: Check = (value) => Number.isFinite(value);
const isFlag: Check = (value) => typeof value === 'boolean';
const isText: Check = (value) => typeof value === 'string' && value !== '' && value.length <= 1000;
const count: Check = (value) => isCount(value);
const padding: Check = (value) => isCount(value, 0);
const has =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isFields(value) && Object.entries(checks).every(([name, check]) => check(value[name]));
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const oneOf =
  (...values: readonly unknown[]): Check =>
  (value) =>
    values.includes(value);

const fill = made(() => has({ weights: (value) => value === 'he' || isNumber(value), bias: isNumber }));
const listOf =
  (length: number, check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.length === length && value.every(check);
const either =
  (...checks: readonly Check[]): Check =>
  (value) =>
    checks.some((check) => check(value));
const pair = made(() => either(count, listOf(2, count)));
const sliding = made(() => ({
  kernel: pair,
  stride: pair,
  padding: either(padding, listOf(2, padding)),
  dilation: optional(pair),
}));

/** Kinds that import makes, each with the fields of its record; a file may come from anywhere. */
const RECORDS = made((): { readonly [Type in LayerRecord['type']]?: Check } => ({
  activation: has({
    ...{ function: oneOf(...ACTIVATION_NAMES), slope: optional(isNumber) },
    ...{ min: optional(isNumber), max: optional(isNumber) },
  }),
  adaptiveavgpool: has({ bins: (value) => isCount(value, 1, 64) }),
  avgpool: has({ ...sliding, ceilMode: isFlag, countIncludePad: isFlag, border: optional(listOf(4, padding)) }),
  batchnorm: has({}),
  border: has({ sides: listOf(4, padding), value: either(isNumber, oneOf('least')) }),
  conv: has({ ...sliding, outChannels: count, groups: count, fill, bias: oneOf(undefined, false) }),
  dropout: has({ p: (value) => isNumber(value) && (value as number) >= 0 && (value as number) < 1 }),
  flatten: has({}),
  fc: has({ inFeatures: count, outFeatures: count, fill }),
  globalAveragePool: has({}),
  graph: (value) => isGraph((value as Fields).nodes),
  lrn: has({
    ...{ mode: oneOf('acrossChannels', 'withinChannel'), size: (value: unknown) => isCount(value, 1, 1025) },
    ...{ alpha: isNumber, beta: isNumber, k: isNumber },
  }),
  maxpool: has({ ...sliding, ceilMode: isFlag }),
  prelu: has({ shared: isFlag }),
  relu: has({}),
  spp: has({ levels: (value) => Array.isArray(value) && value.length > 0 && value.every((n) => isCount(n, 1, 64)) }),
}));

const isRecord = (value: unknown, kinds: Readonly<Record<string, Check>>): boolean =>
  isFields(value) &&
  isText(value.name) &&
  Object.hasOwn(kinds, String(value.type)) &&
  kinds[String(value.type)]!(value);

const PARTS = made(
  (): Readonly<Record<string, Check>> => ({
    ...Object.fromEntries(Object.entries(RECORDS).filter(([type]) => type !== 'graph')),
    add: has({}),
    concat: has({}),
    mul: has({}),
  }),
);

function isGraph(nodes: unknown): boolean {
  if (!Array.isArray(nodes) || nodes.length === 0 || nodes.length > 10_000) return false;
  const names = new Set<unknown>();
  return nodes.every((node: unknown, place) => {
    if (!isFields(node) || !isRecord(node.layer, PARTS) || !Array.isArray(node.inputs)) return false;
    const { name, type } = node.layer as Fields;
    if (names.has(name)) return false;
    names.add(name);
    const fits = ['add', 'concat', 'mul'].includes(type as string) ? node.inputs.length >= 2 : node.inputs.length === 1;
    return fits && node.inputs.every((input) => isCount(input, -1, place - 1));
  });
}

const areRecords: Check = (value) => {
  if (!Array.isArray(value) || value.length > 10_000 || !value.every((layer) => isRecord(layer, RECORDS))) return false;
  return new Set(value.map((layer: Fields) => layer.name)).size === value.length;
};

const isInput: Check = (value) => {
  if (!has({ channels: oneOf(1, 3), size: (n) => isCount(n, 1, 2 ** 14), resize: count })(value)) return false;
  const { channels, channelOrder, mean, scale } = value as Fields;
  const perChannel: Check = (list) => Array.isArray(list) && list.length === channels && list.every(isNumber);
  return oneOf('rgb', 'bgr')(channelOrder) && perChannel(mean) && (isNumber(scale) || perChannel(scale));
};

/** Whether a value describes a network, down to every layer's numbers. */
export function isImportedNetwork(value: unknown): value is ImportedNetwork {
  const fields = { title: isText, input: isInput, classes: count, features: areRecords, classifier: areRecords };
  return has(fields)(value) && (value as Fields & { features: unknown[] }).features.length > 0;
}
