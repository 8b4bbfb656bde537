import type { DecodedPicture, PictureDecoder } from '../data/picture-decoder.js';
import type { Architecture } from '../models/architecture.js';
import type { Picture } from '../picture/picture.js';
import { say } from './output.js';

/** A decoder that says, at the first picture with colours, that a network of one channel does not see them. */
export function noticeColours(decoder: PictureDecoder, { name, input }: Architecture): PictureDecoder {
  if (input.channels > 1) return decoder;
  let said = false;
  return {
    workers: decoder.workers,
    decode: async (path: string): Promise<DecodedPicture> => {
      const picture = await decoder.decode(path);
      if (!said && hasColours(picture.image)) {
        said = true;
        say(
          `${path}: has colours, and this ${name} reads grey pictures: all are turned grey (a net of \`sppgpu train --channels 3\` sees colours)`,
        );
      }
      return picture;
    },
  };
}

function hasColours({ data }: Picture): boolean {
  for (let i = 0; i + 2 < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return true;
  }
  return false;
}
