import type { PixelBox } from '../../data/objects.js';
import { FileError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';

/** A detection with its class by name. */
export interface NamedDetection {
  readonly label: string;
  readonly score: number;
  readonly box: PixelBox;
}

/** What was found in one picture. */
export interface PictureDetections {
  /** Path, name or id of the picture. */
  readonly file: string;
  readonly detections: readonly NamedDetection[];
}

const WAY_OUT = 'give what `sppgpu detect --json` prints: {file, detections: [{label, score, box: [x1, y1, x2, y2]}]}';

/**
 * Detections as `sppgpu detect --json` prints them, a JSON value per line, or as one list. Boxes are pixels of the upright
 * picture from 0, ends outside. `file` names the text in errors.
 * @throws FileError naming the record and the field
 */
export function parseDetections(text: string, file: string): PictureDetections[] {
  const whole = text.trimStart().startsWith('[');
  const records = whole ? (parseJson(text, file, '') as unknown[]) : recordsOfLines(text, file);
  return records.map((record, i) => {
    const where = whole ? `[${i}]` : `record ${i + 1}`;
    const { file: picture, detections } = nodeOf(record, where, file);
    if (typeof picture !== 'string' || picture === '') {
      throw new FileError(file, `${where}: file is ${quoted(picture)}, not a name`, WAY_OUT);
    }
    if (!Array.isArray(detections)) {
      throw new FileError(file, `${where}: detections is ${quoted(detections)}, not a list`, WAY_OUT);
    }
    return {
      file: picture,
      detections: detections.map((one: unknown, k) => detectionOf(one, `${where}: detections[${k}]`, file)),
    };
  });
}

function recordsOfLines(text: string, file: string): unknown[] {
  return text.split(/\r\n|\r|\n/u).flatMap((line, i) => (line.trim() ? [parseJson(line, file, `line ${i + 1} `)] : []));
}

function parseJson(text: string, file: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const [line] = String((error as Error).message).split('\n');
    throw new FileError(file, `${what}is not valid JSON (${line})`, WAY_OUT);
  }
}

function detectionOf(value: unknown, where: string, file: string): NamedDetection {
  const { label, score, box } = nodeOf(value, where, file);
  if (typeof label !== 'string' || label === '') {
    throw new FileError(file, `${where}: label is ${quoted(label)}, not a name`, WAY_OUT);
  }
  // JSON has no NaN: who writes one writes null, and it ranks last.
  if (typeof score !== 'number' && score !== null) {
    throw new FileError(file, `${where}: score is ${quoted(score)}, not a number`, WAY_OUT);
  }
  if (!Array.isArray(box) || box.length !== 4 || !box.every((side) => Number.isFinite(side))) {
    throw new FileError(file, `${where}: box is ${quoted(box)}, not four numbers`, WAY_OUT);
  }
  const [x0, y0, x1, y1] = box as [number, number, number, number];
  return { label, score: score ?? Number.NaN, box: { x0, y0, x1, y1 } };
}

function nodeOf(value: unknown, where: string, file: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new FileError(file, `${where} is ${quoted(value)}, not an object`, WAY_OUT);
}
