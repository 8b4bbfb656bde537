/** The two products that the float64 networks are made of, four rows at a time so that they take seconds, not minutes. */

/** out[at + i] += sum over k of factors[first + k step] rows[k length + i], for `count` rows of `length`. */
export function accumulate(out, at, { rows, count, length }, { factors, first = 0, step = 1 }) {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const [a, b, c, d] = [k * length, (k + 1) * length, (k + 2) * length, (k + 3) * length];
    const [p, q] = [factors[first + k * step], factors[first + (k + 1) * step]];
    const [r, s] = [factors[first + (k + 2) * step], factors[first + (k + 3) * step]];
    for (let i = 0; i < length; i++)
      out[at + i] += p * rows[a + i] + q * rows[b + i] + r * rows[c + i] + s * rows[d + i];
  }
  for (; k < count; k++) {
    const factor = factors[first + k * step];
    for (let i = 0; i < length; i++) out[at + i] += factor * rows[k * length + i];
  }
}

/** out[at + k] += the inner product of row k and the `length` numbers of `vector` from `first`. */
export function innerProducts(out, at, { rows, count, length }, { vector, first = 0 }) {
  let k = 0;
  for (; k + 3 < count; k += 4) {
    const [a, b, c, d] = [k * length, (k + 1) * length, (k + 2) * length, (k + 3) * length];
    let [p, q, r, s] = [0, 0, 0, 0];
    for (let i = 0; i < length; i++) {
      const value = vector[first + i];
      p += value * rows[a + i];
      q += value * rows[b + i];
      r += value * rows[c + i];
      s += value * rows[d + i];
    }
    out[at + k] += p;
    out[at + k + 1] += q;
    out[at + k + 2] += r;
    out[at + k + 3] += s;
  }
  for (; k < count; k++) {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += vector[first + i] * rows[k * length + i];
    out[at + k] += sum;
  }
}
