/** Losses by their definitions, element by element. */
import { type NdArray, nd } from './nd.js';

type Options = Readonly<Record<string, unknown>>;
type Element = (input: number, target: number, options: Readonly<Record<string, number | undefined>>) => number;

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Every loss of two tensors of one shape, by name. */
export const pairLosses: Readonly<Record<string, Element>> = {
  mseLoss: (x, t) => (x - t) ** 2,
  l1Loss: (x, t) => Math.abs(x - t),
  huberLoss: (x, t, { delta = 1 }) => {
    const d = Math.abs(x - t);
    return d <= delta ? d ** 2 / 2 : delta * (d - delta / 2);
  },
  smoothL1Loss: (x, t, { beta = 1 }) => {
    const d = Math.abs(x - t);
    return d < beta ? d ** 2 / 2 / beta : d - beta / 2;
  },
  klDivLoss: (x, t, { logTarget }) => {
    if (logTarget) return Math.exp(t) * (t - x);
    return (t === 0 ? 0 : t * Math.log(t)) - t * x;
  },
  focalLoss: (x, t, { alpha = 0.25, gamma = 2 }) => {
    const p = sigmoid(x);
    const plain = Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x)));
    return (alpha < 0 ? 1 : alpha * t + (1 - alpha) * (1 - t)) * plain * (1 - (p * t + (1 - p) * (1 - t))) ** gamma;
  },
};

const total = (values: ArrayLike<number>) => Array.from(values).reduce((a, b) => a + b, 0);

export function pairLoss(element: Element, input: NdArray, target: NdArray, options: Options): NdArray {
  const losses = input.data.map((x, i) => element(x, target.data[i]!, options as never));
  const { reduction = 'mean' } = options;
  if (reduction === 'none') return nd(input.shape, losses);
  const divisors: Record<string, number> = { sum: 1, mean: losses.length, batchMean: input.shape[0] ?? 1 };
  return nd([], [total(losses) / divisors[reduction as string]!]);
}

export function nllLoss(
  [input, second, third]: NdArray[],
  { ignoreIndex = -100, reduction = 'mean' }: Options,
): NdArray {
  const [weight, labels] = third ? [second!, third] : [null, second!];
  const classes = input!.shape[1]!;
  const share = (label: number) => (label === ignoreIndex ? 0 : (weight?.data[label] ?? 1));
  const losses = Array.from(labels.data, (label, row) => {
    if (label === ignoreIndex) return 0;
    return label < 0 || label >= classes ? Number.NaN : -share(label) * input!.data[row * classes + label]!;
  });
  if (reduction === 'none') return nd([losses.length], losses);
  return nd([], [total(losses) / (reduction === 'mean' ? total(Array.from(labels.data, share)) : 1)]);
}
