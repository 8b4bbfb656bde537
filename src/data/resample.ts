/**
 * A grey picture at another size: separable triangle filter, widened where the picture shrinks (bilinear with antialiasing).
 * `pixels` holds `height * width` numbers, the result `outHeight * outWidth`.
 */
export function resampleGrey(
  pixels: ArrayLike<number>,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
): Float32Array {
  const wide = new Float32Array(height * outWidth);
  filterLines(pixels, wide, {
    lines: height,
    from: width,
    to: outWidth,
    step: 1,
    line: width,
    outStep: 1,
    outLine: outWidth,
  });
  const result = new Float32Array(outHeight * outWidth);
  const down = { lines: outWidth, from: height, to: outHeight, step: outWidth, line: 1, outStep: outWidth, outLine: 1 };
  filterLines(wide, result, down);
  return result;
}

interface Lines {
  /** Number of lines, and their length before and after. */
  lines: number;
  from: number;
  to: number;
  /** Distance between neighbours in a line and between lines. */
  step: number;
  line: number;
  outStep: number;
  outLine: number;
}

function filterLines(source: ArrayLike<number>, target: Float32Array, at: Lines): void {
  const scale = at.from / at.to;
  const support = Math.max(scale, 1);
  for (let i = 0; i < at.to; i++) {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.floor(centre - support));
    const end = Math.min(at.from, Math.ceil(centre + support));
    const weights = Array.from({ length: end - first }, (_, k) =>
      Math.max(0, 1 - Math.abs(first + k + 0.5 - centre) / support),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let line = 0; line < at.lines; line++) {
      let sum = 0;
      for (const [k, weight] of weights.entries()) sum += weight * source[line * at.line + (first + k) * at.step]!;
      target[line * at.outLine + i * at.outStep] = sum / total;
    }
  }
}
