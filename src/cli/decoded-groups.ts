import type { PictureDecoder } from '../data/picture-decoder.js';
import type { Picture } from '../picture/picture.js';
import { FileError } from '../runtime/errors.js';

/** A picture that was given by name. */
export interface NamedPicture {
  readonly file: string;
  readonly image: Picture;
}

export interface GroupLimits {
  /** Pictures in a group at most. */
  readonly pictures: number;
  /** Bytes of decoded pictures after which a group ends. */
  readonly bytes: number;
}

/** Places of a list after which a group always begins. */
export const GROUP_PLACES = 32;

const LIMITS: GroupLimits = { pictures: GROUP_PLACES, bytes: 512 * 2 ** 20 };

/**
 * Decodes pictures in order, in groups to be worked on together: memory stays bounded however many and however large they
 * are. As many are decoded at once as fit the group if they are no larger than the largest so far; one always is. Which pictures
 * make a group depends on their sizes and places alone, and one begins at every multiple of `limits.pictures`, so that a part of the
 * list from there on has the same groups; an unreadable picture leaves its place empty.
 * @param onUnreadable gets the error of a picture that cannot be read; the others go on
 */
export async function* decodedGroups(
  files: readonly string[],
  decoder: PictureDecoder,
  onUnreadable: (error: FileError) => void,
  limits: GroupLimits = LIMITS,
): AsyncGenerator<readonly NamedPicture[]> {
  let largest: number | undefined;
  for (let from = 0; from < files.length; from += limits.pictures) {
    const block = files.slice(from, from + limits.pictures);
    let group: NamedPicture[] = [];
    let bytes = 0;
    for (let next = 0; next < block.length; ) {
      // Nothing is known of the first picture's size: it is decoded alone.
      const room = largest === undefined ? 1 : Math.floor((limits.bytes - bytes) / largest);
      const part = block.slice(next, next + Math.max(1, Math.min(room, decoder.workers)));
      next += part.length;
      const decoded = await Promise.allSettled(part.map((file) => decoder.decode(file)));
      for (const [i, result] of decoded.entries()) {
        if (result.status === 'rejected') {
          if (!(result.reason instanceof FileError)) throw result.reason;
          onUnreadable(result.reason);
          continue;
        }
        const { image } = result.value;
        group.push({ file: part[i]!, image });
        bytes += image.data.length;
        largest = Math.max(largest ?? 0, image.data.length);
        if (bytes < limits.bytes) continue;
        yield group;
        group = [];
        bytes = 0;
      }
    }
    if (group.length > 0) yield group;
  }
}
