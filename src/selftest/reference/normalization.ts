/** Normalisation by the definition: every element finds its group, takes its mean and population variance. */
import { build, type NdArray, ravel } from './nd.js';

interface NormAttrs {
  eps?: number;
}

/** `group` names the elements that are normalised together, `channel` the place of an element's weight and bias. */
function normalised(
  x: NdArray,
  weight: NdArray | undefined,
  bias: NdArray | undefined,
  { eps = 1e-5 }: NormAttrs,
  group: (index: number[]) => string,
  channel: (index: number[]) => number,
  given?: (index: number[]) => readonly [mean: number, variance: number],
): NdArray {
  const groups = new Map<string, number[]>();
  build(x.shape, (index) => {
    const values = groups.get(group(index)) ?? [];
    groups.set(group(index), values);
    return values.push(x.data[ravel(index, x.shape)]!);
  });
  const moments = new Map(
    [...groups].map(([name, values]) => {
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      return [name, [mean, values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length] as const];
    }),
  );
  return build(x.shape, (index) => {
    const [mean, variance] = given?.(index) ?? moments.get(group(index))!;
    const at = channel(index);
    const value = (x.data[ravel(index, x.shape)]! - mean) / Math.sqrt(variance + eps);
    return value * (weight?.data[at] ?? 1) + (bias?.data[at] ?? 0);
  });
}

/** Channels over the batch, or by given moments. */
export function batchNorm([x, weight, bias, mean, variance]: NdArray[], attrs: NormAttrs = {}): NdArray {
  const given = mean && variance && ((i: number[]) => [mean.data[i[1]!]!, variance.data[i[1]!]!] as const);
  return normalised(
    x!,
    weight,
    bias,
    attrs,
    (i) => `${i[1]}`,
    (i) => i[1]!,
    given,
  );
}

/** Rows over their last axes. */
export function layerNorm([x, weight, bias]: NdArray[], attrs: NormAttrs & { axes?: number } = {}): NdArray {
  const lead = x!.shape.length - (attrs.axes ?? weight?.shape.length ?? 1);
  const row = (i: number[]) => ravel(i.slice(lead), x!.shape.slice(lead));
  return normalised(x!, weight, bias, attrs, (i) => `${i.slice(0, lead)}`, row);
}

/** Runs of channels of each image. */
export function groupNorm(
  [x, weight, bias]: NdArray[],
  { groups, ...attrs }: NormAttrs & { groups?: number },
): NdArray {
  const run = x!.shape[1]! / groups!;
  const group = (i: number[]) => `${i[0]} ${Math.floor(i[1]! / run)}`;
  return normalised(x!, weight, bias, attrs, group, (i) => i[1]!);
}
