/** A fully connected layer, element by element: `y[.., o] = b[o] + sum over i of x[.., i] w[o, i]`, with ReLU on request. */
import { type NdArray, nd } from './nd.js';

export interface LinearAttrs {
  activation?: 'none' | 'relu';
}

export function linear(x: NdArray, w: NdArray, b: NdArray | null, { activation = 'none' }: LinearAttrs): NdArray {
  const [outputs, inputs] = w.shape as [number, number];
  const rows = x.shape.slice(0, -1).reduce((size, dim) => size * dim, 1);
  const y = nd([...x.shape.slice(0, -1), outputs]);
  for (let row = 0; row < rows; row++) {
    for (let o = 0; o < outputs; o++) {
      let total = b ? b.data[o]! : 0;
      for (let i = 0; i < inputs; i++) total += x.data[row * inputs + i]! * w.data[o * inputs + i]!;
      y.data[row * outputs + o] = activation === 'relu' ? Math.max(0, total) : total;
    }
  }
  return y;
}

/** Gradients to x, w and b: each product passes its cotangent to both factors; ReLU stops it where the output is 0. */
export function linearVjp(x: NdArray, w: NdArray, b: NdArray | null, g: NdArray, attrs: LinearAttrs): NdArray[] {
  const [outputs, inputs] = w.shape as [number, number];
  const y = linear(x, w, b, attrs);
  const [dx, dw, db] = [nd(x.shape), nd(w.shape), nd([outputs])];
  for (let place = 0; place < y.data.length; place++) {
    const flowing = attrs.activation === 'relu' && y.data[place] === 0 ? 0 : g.data[place]!;
    const o = place % outputs;
    const row = Math.floor(place / outputs);
    db.data[o]! += flowing;
    for (let i = 0; i < inputs; i++) {
      dx.data[row * inputs + i]! += flowing * w.data[o * inputs + i]!;
      dw.data[o * inputs + i]! += flowing * x.data[row * inputs + i]!;
    }
  }
  return b ? [dx, dw, db] : [dx, dw];
}
