import type { PngHeader } from './png-header.js';

/** Writes the RGB of a row of packed samples at `start`, `step` bytes apart; transparent parts are laid over white. */
export type RowReader = (row: Uint8Array, columns: number, rgb: Uint8Array, start: number, step: number) => void;

/** The reader of a picture's kind of samples: all colour types and depths of the PNG specification, 16 bits rounded to 8. */
export function pixelReader(header: PngHeader): RowReader {
  const { colourType, depth } = header;
  if (colourType === 3) return paletteReader(header);
  if (colourType === 2 && depth === 8 && !header.transparency) return copyBytes;
  const sample = sampleReader(depth);
  const highest = 2 ** depth - 1;
  // 8 bits of a sample, rounded: 255 is a multiple of the highest value of 1, 2 and 4 bits.
  const byte = (value: number) => (depth === 8 ? value : Math.floor((value * 255 + (highest >> 1)) / highest));
  const colours = colourType === 2 || colourType === 6 ? 3 : 1;
  const samples = colourType >= 4 ? colours + 1 : colours;
  const hidden = colourType < 4 ? hiddenColour(header, colours) : undefined;
  return (row, columns, rgb, start, step) => {
    for (let column = 0, at = start; column < columns; column++, at += step) {
      const first = column * samples;
      const [red, green, blue] =
        colours === 3
          ? [sample(row, first), sample(row, first + 1), sample(row, first + 2)]
          : [sample(row, first), sample(row, first), sample(row, first)];
      let alpha = 255;
      if (samples > colours) alpha = byte(sample(row, first + colours));
      else if (hidden && red === hidden[0] && green === hidden[1] && blue === hidden[2]) alpha = 0;
      rgb[at] = overWhite(byte(red), alpha);
      rgb[at + 1] = overWhite(byte(green), alpha);
      rgb[at + 2] = overWhite(byte(blue), alpha);
    }
  };
}

/** Opaque RGB of 8 bits, which most files hold. */
const copyBytes: RowReader = (row, columns, rgb, start, step) => {
  if (step === 3) return rgb.set(row, start);
  for (let column = 0, at = start; column < columns; column++, at += step) {
    rgb.set(row.subarray(3 * column, 3 * column + 3), at);
  }
};

/** An index beyond the palette is black, as other readers take it. */
function paletteReader({ depth, palette = new Uint8Array(0), transparency }: PngHeader): RowReader {
  const sample = sampleReader(depth);
  const colours = new Uint8Array(256 * 3);
  for (let i = 0; i < Math.min(256 * 3, palette.length); i++) {
    colours[i] = overWhite(palette[i]!, transparency?.[Math.floor(i / 3)] ?? 255);
  }
  return (row, columns, rgb, start, step) => {
    for (let column = 0, at = start; column < columns; column++, at += step) {
      const entry = 3 * sample(row, column);
      rgb[at] = colours[entry]!;
      rgb[at + 1] = colours[entry + 1]!;
      rgb[at + 2] = colours[entry + 2]!;
    }
  };
}

/** The samples of the one colour that counts as transparent, all three of them also where the picture is grey. */
function hiddenColour({ transparency }: PngHeader, colours: number): number[] | undefined {
  if (!transparency || transparency.length < 2 * colours) return undefined;
  return [0, 1, 2].map((i) => {
    const at = colours === 3 ? 2 * i : 0;
    return (transparency[at]! << 8) | transparency[at + 1]!;
  });
}

function sampleReader(depth: number): (row: Uint8Array, i: number) => number {
  if (depth === 8) return (row, i) => row[i]!;
  if (depth === 16) return (row, i) => (row[2 * i]! << 8) | row[2 * i + 1]!;
  const mask = 2 ** depth - 1;
  return (row, i) => (row[(i * depth) >> 3]! >> (8 - depth - ((i * depth) & 7))) & mask;
}

/** A byte of colour laid over white, rounded. */
function overWhite(value: number, alpha: number): number {
  return alpha === 255 ? value : (value * alpha + 255 * (255 - alpha) + 127) / 255;
}
