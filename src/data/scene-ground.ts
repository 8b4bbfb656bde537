import { CHANNELS, type Picture } from '../picture/picture.js';
import type { Rng } from '../tensor/rng.js';

type Colour = readonly [red: number, green: number, blue: number];

/** Large shapes, which make edges everywhere, and small light ones, which look like ink and are none. */
const LARGE = 9;
const SMALL = 6;
const NOISE = 9;

/** A picture of two colours that pass into each other, of overlapping shapes, and of noise; light things in it are not digits. */
export function clutteredGround(rng: Rng, width: number, height: number): Picture {
  const picture = { width, height, data: new Uint8Array(width * height * CHANNELS) };
  const [from, to] = [colour(rng, 20, 120), colour(rng, 20, 120)];
  const slope = rng.uniform(0, Math.PI);
  const [dx, dy] = [Math.cos(slope) / width, Math.sin(slope) / height];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = Math.abs(x * dx + y * dy) / 1.42;
      for (let channel = 0; channel < CHANNELS; channel++) {
        const value = from[channel]! + (to[channel]! - from[channel]!) * share;
        picture.data[(y * width + x) * CHANNELS + channel] = Math.round(value);
      }
    }
  }
  for (let i = 0; i < LARGE; i++) shape(picture, rng, colour(rng, 10, 150), rng.uniform(8, 40), rng.uniform(0.35, 0.9));
  for (let i = 0; i < SMALL; i++) shape(picture, rng, colour(rng, 170, 250), rng.uniform(2, 7), 1);
  for (let at = 0, word = 0; at < picture.data.length; at++) {
    // Four bytes of noise from one word.
    word = at % 4 === 0 ? rng.nextU32() : word >>> 8;
    const noise = ((word & 0xff) % (2 * NOISE + 1)) - NOISE;
    picture.data[at] = Math.min(255, Math.max(0, picture.data[at]! + noise));
  }
  return picture;
}

/** Lays a colour over a pixel, `share` of it (0 to 1). */
export function paint({ width, data }: Picture, x: number, y: number, ink: Colour, share: number): void {
  const at = (y * width + x) * CHANNELS;
  for (let channel = 0; channel < CHANNELS; channel++) {
    const own = data[at + channel]!;
    data[at + channel] = Math.round(own + (ink[channel]! - own) * share);
  }
}

/** A turned rectangle or an ellipse somewhere in the picture. */
function shape(picture: Picture, rng: Rng, ink: Colour, size: number, share: number): void {
  const round = rng.uniform() < 0.5;
  const [cx, cy] = [rng.uniform(0, picture.width), rng.uniform(0, picture.height)];
  const [a, b] = [size * rng.uniform(0.5, 1.5), size * rng.uniform(0.5, 1.5)];
  const turn = rng.uniform(0, Math.PI);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const reach = Math.ceil(Math.hypot(a, b));
  const rows = [Math.max(0, Math.floor(cy - reach)), Math.min(picture.height, Math.ceil(cy + reach))] as const;
  const columns = [Math.max(0, Math.floor(cx - reach)), Math.min(picture.width, Math.ceil(cx + reach))] as const;
  for (let y = rows[0]; y < rows[1]; y++) {
    for (let x = columns[0]; x < columns[1]; x++) {
      const [u, v] = [((x - cx) * cos + (y - cy) * sin) / a, ((y - cy) * cos - (x - cx) * sin) / b];
      const inside = round ? u * u + v * v <= 1 : Math.abs(u) <= 1 && Math.abs(v) <= 1;
      if (inside) paint(picture, x, y, ink, share);
    }
  }
}

function colour(rng: Rng, low: number, high: number): Colour {
  return [rng.uniform(low, high), rng.uniform(low, high), rng.uniform(low, high)];
}
