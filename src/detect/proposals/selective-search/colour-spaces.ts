import { CHANNELS, type Picture } from '../../../picture/picture.js';

/** A picture as numbers from 0 to 1: `channels` planes of `height * width`, one after the other. */
export interface Planes {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Float32Array;
}

/** The spaces of Selective Search in which a picture is cut up (Uijlings et al., IJCV 2013, table 1). */
export type ColourSpace = 'hsv' | 'lab' | 'rgI' | 'hue' | 'intensity';

/** Writes one pixel (bytes in, numbers from 0 to 1 out). */
type Conversion = (red: number, green: number, blue: number, out: Float32Array) => void;

export function toColourSpace({ width, height, data }: Picture, space: ColourSpace): Planes {
  const { channels, convert } = SPACES[space];
  const size = width * height;
  const planes = new Float32Array(channels * size);
  const pixel = new Float32Array(CHANNELS);
  for (let i = 0; i < size; i++) {
    convert(data[i * CHANNELS]!, data[i * CHANNELS + 1]!, data[i * CHANNELS + 2]!, pixel);
    for (let c = 0; c < channels; c++) planes[c * size + i] = pixel[c]!;
  }
  return { width, height, channels, data: planes };
}

const SPACES: Readonly<Record<ColourSpace, { readonly channels: number; readonly convert: Conversion }>> = {
  hsv: {
    channels: 3,
    convert: (red, green, blue, out) => {
      const most = Math.max(red, green, blue);
      const chroma = most - Math.min(red, green, blue);
      out[0] = hue(red, green, blue, most, chroma);
      out[1] = most === 0 ? 0 : chroma / most;
      out[2] = most / 255;
    },
  },
  lab: { channels: 3, convert: lab },
  rgI: {
    channels: 3,
    convert: (red, green, blue, out) => {
      const sum = red + green + blue;
      out[0] = sum === 0 ? 1 / 3 : red / sum;
      out[1] = sum === 0 ? 1 / 3 : green / sum;
      out[2] = luma(red, green, blue);
    },
  },
  hue: {
    channels: 1,
    convert: (red, green, blue, out) => {
      const most = Math.max(red, green, blue);
      out[0] = hue(red, green, blue, most, most - Math.min(red, green, blue));
    },
  },
  intensity: {
    channels: 1,
    convert: (red, green, blue, out) => {
      out[0] = luma(red, green, blue);
    },
  },
};

/** Once round the circle is 1; grey has 0. */
function hue(red: number, green: number, blue: number, most: number, chroma: number): number {
  if (chroma === 0) return 0;
  let sixths = 4 + (red - green) / chroma;
  if (most === red) sixths = (green - blue) / chroma;
  else if (most === green) sixths = 2 + (blue - red) / chroma;
  return (sixths < 0 ? sixths + 6 : sixths) / 6;
}

/** Rec. 601. */
function luma(red: number, green: number, blue: number): number {
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

/** Light of an sRGB byte, 0 to 1. */
const LINEAR = Float64Array.from({ length: 256 }, (_, byte) => {
  const value = byte / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
});

/** CIE L*a*b* under D65: L* / 100, and a* and b* moved by 128 and divided by 255, as 8-bit Lab has them. */
function lab(red: number, green: number, blue: number, out: Float32Array): void {
  const [r, g, b] = [LINEAR[red]!, LINEAR[green]!, LINEAR[blue]!];
  const x = labCurve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const y = labCurve(0.2126729 * r + 0.7151522 * g + 0.072175 * b);
  const z = labCurve((0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883);
  out[0] = 1.16 * y - 0.16;
  out[1] = (500 * (x - y) + 128) / 255;
  out[2] = (200 * (y - z) + 128) / 255;
}

function labCurve(t: number): number {
  return t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27 / 116) * t + 16 / 116;
}
