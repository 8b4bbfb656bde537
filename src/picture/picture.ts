/** A decoded picture: 8-bit sRGB as stored, three bytes per pixel (red, green, blue), rows from the top, no padding. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** `height * width * 3` bytes. */
  readonly data: Uint8Array;
}

export const CHANNELS = 3;

/** RGB from one grey byte a pixel. */
export function fromGrey(grey: Uint8Array, width: number, height: number): Picture {
  const data = new Uint8Array(width * height * CHANNELS);
  for (let i = 0; i < grey.length; i++) data.fill(grey[i]!, i * CHANNELS, (i + 1) * CHANNELS);
  return { width, height, data };
}
