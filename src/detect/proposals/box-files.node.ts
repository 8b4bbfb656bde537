import { pictureFinder } from '../../data/picture-finder.js';
import { readLines } from '../../io/text-file.node.js';
import type { Picture } from '../../picture/picture.js';
import { FileError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import { boxArea, clipBoxes, takeBoxes } from '../boxes.js';
import { byScore } from '../nms.js';
import { boxesOfJson, boxesOfLine, type FoundBox } from './box-records.js';
import type { TimedProposals } from './proposals.js';

const WAY_OUT = 'write lines as `sppgpu propose --json` does, or: file x0 y0 x1 y1 [score]';

/** Boxes of many pictures, made elsewhere or by `sppgpu propose`. */
export interface BoxFile {
  readonly path: string;
  /** Names of the pictures as they stand in the file. */
  readonly names: readonly string[];
  /**
   * The boxes of a picture, cut to it; those that lie outside are left out. The best come first where the file has scores, else
   * they keep the order of the file, and their scores fall from 1.
   * @param name path or id: its file name, or that without the ending, finds the picture wherever it lies
   * @throws FileError where the file has no such picture, or two that could be meant
   */
  proposals(name: string, picture: Picture, maxBoxes?: number): TimedProposals;
}

/**
 * Reads boxes from JSON or plain text; which one it is shows at its first character.
 *
 * JSON: what `sppgpu propose --json` prints, `{"file": ..., "boxes": [[x0, y0, x1, y1, score], ...]}` a line, or an array of
 * such objects; the score may be missing. Text: a line for each box, `file x0 y0 x1 y1 [score]`, separated by blanks, or by tabs or commas where
 * names have blanks; lines that begin with # are passed over. Boxes are pixels from 0, half-open, in the upright picture.
 * @throws FileError that names the line
 */
export async function loadBoxFile(path: string): Promise<BoxFile> {
  const lines = await readLines(path, { wayOut: 'give a file of boxes' });
  const first = lines.find((line) => line.trim() !== '')?.trimStart()[0];
  const found = first === '{' || first === '[' ? boxesOfJson(lines) : lines.map(boxesOfLine);
  const pictures = new Map<string, FoundBox[]>();
  for (const [i, row] of found.entries()) {
    if (row === null) continue;
    if ('problem' in row) throw new FileError(path, `line ${row.line ?? i + 1}: ${row.problem}`, WAY_OUT);
    const known = pictures.get(row.file);
    if (known) for (const box of row.boxes) known.push(box);
    else pictures.set(row.file, [...row.boxes]);
  }
  if (pictures.size === 0) throw new FileError(path, 'holds no boxes', WAY_OUT);
  return new LoadedBoxes(path, pictures);
}

class LoadedBoxes implements BoxFile {
  readonly names: readonly string[];
  private readonly placesOf: (name: string) => readonly number[];

  constructor(
    readonly path: string,
    private readonly pictures: ReadonlyMap<string, readonly FoundBox[]>,
  ) {
    this.names = [...pictures.keys()];
    this.placesOf = pictureFinder(this.names.map((path) => ({ path })));
  }

  proposals(name: string, { width, height }: Picture, maxBoxes = Infinity): TimedProposals {
    const found = this.pictures.get(this.find(name))!;
    const boxes = clipBoxes(Float32Array.from(found.flatMap(({ box }) => box)), width, height);
    // Without scores each keeps its place.
    const scores = Float32Array.from(found, ({ score }, i) => score ?? 1 - i / found.length);
    const inside = byScore(scores).filter((i) => boxArea(boxes, i) > 0);
    const best = inside.subarray(0, Math.min(maxBoxes, inside.length));
    return { boxes: takeBoxes(boxes, best), scores: Float32Array.from(best, (i) => scores[i]!), seconds: 0 };
  }

  /** The name under which the file has a picture. */
  private find(name: string): string {
    if (this.pictures.has(name)) return name;
    const [only, other] = this.placesOf(name).map((place) => this.names[place]);
    if (only === undefined) throw new FileError(this.path, `has no boxes of ${quoted(name)}`, 'add them');
    if (other !== undefined) {
      throw new FileError(
        this.path,
        `${quoted(name)} could be ${quoted(only)} or ${quoted(other)}`,
        'write whole paths',
      );
    }
    return only;
  }
}
