import { sampled } from './sample.mjs';

/** y = conv(x, w) + b and the gradients of sum(y dy), each element by its own definition in float64. */
export function conv({ direction, attributes }, { x, w, b, dy }) {
  const { n, c, h, w: width, o, kernel, stride, padding, oh, ow } = attributes;
  const y = sampled(n * o * oh * ow, (index) => {
    const ox = index % ow;
    const oy = Math.floor(index / ow) % oh;
    const oc = Math.floor(index / (ow * oh)) % o;
    const image = Math.floor(index / (ow * oh * o));
    let sum = b[oc];
    for (let ic = 0; ic < c; ic++)
      for (let ky = 0; ky < kernel; ky++) {
        const iy = oy * stride - padding + ky;
        if (iy < 0 || iy >= h) continue;
        for (let kx = 0; kx < kernel; kx++) {
          const ix = ox * stride - padding + kx;
          if (ix < 0 || ix >= width) continue;
          sum += x[((image * c + ic) * h + iy) * width + ix] * w[((oc * c + ic) * kernel + ky) * kernel + kx];
        }
      }
    return sum;
  });
  if (direction === 'fwd') return { y };

  const dx = sampled(n * c * h * width, (index) => {
    const ix = index % width;
    const iy = Math.floor(index / width) % h;
    const ic = Math.floor(index / (width * h)) % c;
    const image = Math.floor(index / (width * h * c));
    let sum = 0;
    for (let ky = 0; ky < kernel; ky++) {
      const oy = (iy + padding - ky) / stride;
      if (!Number.isInteger(oy) || oy < 0 || oy >= oh) continue;
      for (let kx = 0; kx < kernel; kx++) {
        const ox = (ix + padding - kx) / stride;
        if (!Number.isInteger(ox) || ox < 0 || ox >= ow) continue;
        for (let oc = 0; oc < o; oc++)
          sum += dy[((image * o + oc) * oh + oy) * ow + ox] * w[((oc * c + ic) * kernel + ky) * kernel + kx];
      }
    }
    return sum;
  });

  const dw = sampled(o * c * kernel * kernel, (index) => {
    const kx = index % kernel;
    const ky = Math.floor(index / kernel) % kernel;
    const ic = Math.floor(index / (kernel * kernel)) % c;
    const oc = Math.floor(index / (kernel * kernel * c));
    let sum = 0;
    for (let image = 0; image < n; image++)
      for (let oy = 0; oy < oh; oy++) {
        const iy = oy * stride - padding + ky;
        if (iy < 0 || iy >= h) continue;
        for (let ox = 0; ox < ow; ox++) {
          const ix = ox * stride - padding + kx;
          if (ix < 0 || ix >= width) continue;
          sum += dy[((image * o + oc) * oh + oy) * ow + ox] * x[((image * c + ic) * h + iy) * width + ix];
        }
      }
    return sum;
  });

  const db = sampled(o, (oc) => {
    let sum = 0;
    for (let image = 0; image < n; image++) for (let i = 0; i < oh * ow; i++) sum += dy[(image * o + oc) * oh * ow + i];
    return sum;
  });
  return { y, dx, dw, db };
}
