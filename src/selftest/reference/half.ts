/** The nearest number of half precision, to even between two: multiples of 2^-10 of the power of two below, of 2^-24 at least. */
export function halfOf(value: number): number {
  if (!Number.isFinite(value) || value === 0) return value;
  const step = 2 ** Math.max(Math.floor(Math.log2(Math.abs(value))) - 10, -24);
  const [below, rest] = [Math.floor(value / step), (value / step) % 1];
  const part = rest < 0 ? rest + 1 : rest;
  const rounded = (part > 0.5 || (part === 0.5 && below % 2 !== 0) ? below + 1 : below) * step;
  return Math.abs(rounded) > 65504 ? Math.sign(value) * Number.POSITIVE_INFINITY : rounded;
}
