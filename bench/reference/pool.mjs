import { sampled, whole } from './sample.mjs';

/** First index of the largest value of a rectangle of one plane, rows [y0, y1), columns [x0, x1). */
export function argmax(x, plane, width, y0, x0, y1, x1) {
  let best = plane + y0 * width + x0;
  for (let y = y0; y < y1; y++)
    for (let i = plane + y * width + x0, end = plane + y * width + x1; i < end; i++) if (x[i] > x[best]) best = i;
  return best;
}

export function maxpool({ direction, attributes }, { x, dy }) {
  const { n, c, h, w, kernel, stride, oh, ow } = attributes;
  const y = new Float64Array(n * c * oh * ow);
  const dx = new Float64Array(x.length);
  for (let plane = 0, out = 0; plane < n * c; plane++)
    for (let oy = 0; oy < oh; oy++)
      for (let ox = 0; ox < ow; ox++, out++) {
        const [top, left] = [oy * stride, ox * stride];
        const best = argmax(x, plane * h * w, w, top, left, top + kernel, left + kernel);
        y[out] = x[best];
        if (dy) dx[best] += dy[out];
      }
  return direction === 'fwd' ? { y: whole(y) } : { y: whole(y), dx: whole(dx, 4096) };
}

/**
 * Spatial pyramid max pooling; levels as listed, and inside a level channel, row, column.
 * Only every eighth channel is computed and sampled: thousands of windows would take this float64 loop too long.
 */
export function spp({ direction, attributes }, { x, dy, windows }) {
  const { n, c, h, w, levels, bins } = attributes;
  const rows = windows ? windows.length / 5 : n;
  const step = 8;
  const y = new Float64Array(rows * c * bins);
  const dx = new Float64Array(x.length);
  for (let row = 0; row < rows; row++) {
    const [image, y0, x0, y1, x1] = windows ? windows.subarray(5 * row, 5 * row + 5) : [row, 0, 0, h, w];
    let level0 = row * c * bins;
    for (const level of levels) {
      for (let channel = 0; channel < c; channel += step)
        for (let i = 0; i < level; i++)
          for (let j = 0; j < level; j++) {
            const top = y0 + Math.floor((i * (y1 - y0)) / level);
            const bottom = y0 + Math.ceil(((i + 1) * (y1 - y0)) / level);
            const left = x0 + Math.floor((j * (x1 - x0)) / level);
            const right = x0 + Math.ceil(((j + 1) * (x1 - x0)) / level);
            const best = argmax(x, (image * c + channel) * h * w, w, top, left, bottom, right);
            const out = level0 + (channel * level + i) * level + j;
            y[out] = x[best];
            if (dy) dx[best] += dy[out];
          }
      level0 += c * level * level;
    }
  }
  const plane = h * w;
  const channelOf = (index) => {
    let column = index % (c * bins);
    for (const level of levels) {
      if (column < c * level * level) return Math.floor(column / (level * level));
      column -= c * level * level;
    }
  };
  const expected = {
    y: sampled(
      y.length,
      (index) => y[index],
      16384,
      (index) => channelOf(index) % step === 0,
    ),
  };
  if (direction === 'fwd') return expected;
  const known = (index) => (Math.floor(index / plane) % c) % step === 0;
  return { ...expected, dx: sampled(dx.length, (index) => dx[index], 32768, known) };
}
