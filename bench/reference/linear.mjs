import { sampled } from './sample.mjs';

export function matmul({ attributes: { m, k, n } }, { a, b }) {
  const y = sampled(m * n, (index) => {
    const row = Math.floor(index / n);
    const column = index % n;
    let sum = 0;
    for (let i = 0; i < k; i++) sum += a[row * k + i] * b[i * n + column];
    return sum;
  });
  return { y };
}

/** x + count b, rounded to f32 after every addition as the op chain does. */
export function adds({ attributes: { length, count } }, { x, b }) {
  const y = sampled(length, (index) => {
    let sum = x[index];
    for (let i = 0; i < count; i++) sum = Math.fround(sum + b[index]);
    return sum;
  });
  return { y };
}
