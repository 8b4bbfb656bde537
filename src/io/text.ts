import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';

/** What editors write in front of a text to name its encoding. */
const MARKS: readonly (readonly [encoding: string, bytes: readonly number[]])[] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * The text of a file: UTF-8, or UTF-16 as its mark says, or as the zero byte beside a first ASCII character says where the
 * mark is missing.
 * @param declared the encoding that the text itself names, as XML may; a mark beats it
 * @throws FileError for bytes that are not such text, and for NUL characters: a file of another kind
 */
export function decodeText(bytes: Uint8Array, file: string, declared?: string): string {
  const mark = MARKS.find(([, start]) => start.every((byte, i) => bytes[i] === byte))?.[0];
  const encoding = mark ?? withoutMark(bytes) ?? declared ?? 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof RangeError) {
      throw new FileError(file, `names the encoding ${quoted(encoding)}, which is not known`, 'save it as UTF-8');
    }
    throw new FileError(file, `is not text in ${encoding.toUpperCase()}`, 'save it as UTF-8');
  }
  if (text.includes('\0')) throw new FileError(file, 'holds NUL characters, so it is not a text', 'save it as UTF-8');
  return text;
}

function withoutMark([first, second]: Uint8Array): string | undefined {
  if (first && second === 0) return 'utf-16le';
  return first === 0 && second ? 'utf-16be' : undefined;
}

/** The lines of a text, whichever of CR LF, LF and CR ends them. */
export function linesOf(text: string): string[] {
  return text.split(/\r\n|\r|\n/u);
}
