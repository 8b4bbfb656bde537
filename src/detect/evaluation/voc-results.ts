import { linesOf } from '../../io/text.js';
import { FileError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import type { NamedDetection } from './parse-detections.js';

const WAY_OUT = 'give lines of: picture score xmin ymin xmax ymax';

/** The class of a file of results such as `comp4_det_test_car.txt`, by its name; of several that fit, the longest. */
export function classOfResults(name: string, classes: readonly string[]): string | undefined {
  const stem = name.replace(/\.txt$/u, '');
  return classes.filter((label) => stem === label || stem.endsWith(`_${label}`)).sort((a, b) => b.length - a.length)[0];
}

/**
 * The lines of a file of results as VOC's development kit has them: `picture score xmin ymin xmax ymax`, pixels from 1, both
 * ends inside. `file` names the text in errors.
 * @throws FileError naming the line
 */
export function parseVocResults(
  text: string,
  label: string,
  file: string,
): { readonly picture: string; readonly detection: NamedDetection }[] {
  return linesOf(text).flatMap((line, i) => {
    if (line.trim() === '') return [];
    const [picture, ...numbers] = line.trim().split(/\s+/u);
    const [score, xmin, ymin, xmax, ymax] = numbers.map(Number) as [number, number, number, number, number];
    if (numbers.length !== 5 || ![xmin, ymin, xmax, ymax].every(Number.isFinite) || Number.isNaN(score)) {
      throw new FileError(`${file}:${i + 1}`, `${quoted(line)} is not a detection`, WAY_OUT);
    }
    return [
      { picture: picture!, detection: { label, score, box: { x0: xmin - 1, y0: ymin - 1, x1: xmax, y1: ymax } } },
    ];
  });
}
