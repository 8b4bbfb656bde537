/** Non-maximum suppression and RoIAlign: ties, more boxes than one word of bits, boxes over the edge, small and turned boxes. */
import type { CaseInput, OpCase } from '../case.js';
import { casesFor, choice, literal, uniform } from './build.js';

const nms = casesFor('nmsMask');
const roi = casesFor('roiAlign');

/** Boxes of 20 to 40 pixels in a field, in no order. */
function scattered(count: number, field: number): CaseInput {
  const noise = (i: number) => ((i * 2654435761) % 4294967296) / 4294967296;
  return literal(
    [count, 4],
    Array.from({ length: count }, (_, i) => {
      const [x, y] = [Math.floor(field * noise(3 * i + 1)), Math.floor(field * noise(3 * i + 2))];
      return [x, y, x + 20 + Math.floor(20 * noise(5 * i)), y + 20 + Math.floor(20 * noise(7 * i))];
    }).flat(),
  );
}

export const nmsMaskCases: OpCase[] = [
  nms(
    'three boxes',
    [literal([3, 4], [0, 0, 10, 10, 1, 1, 11, 11, 20, 20, 30, 30]), literal([3], [0.5, 0.9, 0.1])],
    { threshold: 0.5 },
    'none',
  ),
  nms('more than one word', [scattered(100, 90), uniform([100], 1, 0, 1)], { threshold: 0.3 }, 'none'),
  nms('equal scores: the first wins', [scattered(70, 40), choice([70], 2, [0, 1])], { threshold: 0.4 }, 'none'),
  nms('all of them at threshold 1', [scattered(40, 10), uniform([40], 3, 0, 1)], { threshold: 1 }, 'none'),
  nms(
    'exactly the threshold stays',
    [literal([2, 4], [0, 0, 2, 1, 0, 0, 1, 1]), literal([2], [1, 0])],
    { threshold: 0.5 },
    'none',
  ),
  nms('empty boxes', [literal([3, 4], [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 2, 2]), literal([3], [3, 2, 1])], {}, 'none'),
  nms('no boxes', [uniform([0, 4], 4), uniform([0], 5)], {}, 'none'),
];

const boxes = [0, 0.5, 1.2, 4.3, 5.1, 1, 2.25, 0, 5.75, 3.5, 0, -3, -2.5, 2.5, 9];
const three = literal([3, 5], boxes);

export const roiAlignCases: OpCase[] = [
  roi('three boxes', [uniform([2, 2, 6, 7], 1), three], { outputSize: 2 }, 'reference'),
  roi(
    'aligned, scaled',
    [
      uniform([2, 1, 5, 6], 2),
      literal(
        [3, 5],
        boxes.map((v, i) => (i % 5 ? 4 * v : v)),
      ),
    ],
    { outputSize: [3, 2], spatialScale: 0.25, aligned: true },
    'reference',
  ),
  roi('two samples', [uniform([2, 2, 6, 7], 3), three], { outputSize: [2, 3], samplingRatio: 2 }, 'reference'),
  roi(
    'smaller than a cell',
    [uniform([1, 2, 4, 4], 4), literal([2, 5], [0, 1, 1, 1.2, 1.1, 0, 2, 2, 2, 2])],
    { outputSize: 2 },
    'reference',
  ),
  roi(
    'the whole map and far outside',
    [uniform([1, 1, 4, 5], 5), literal([2, 5], [0, 0, 0, 5, 4, 0, 20, 20, 30, 30])],
    { outputSize: 3 },
    'reference',
  ),
  roi(
    'an image that does not exist',
    [uniform([1, 1, 3, 3], 6), literal([2, 5], [1, 0, 0, 2, 2, -1, 0, 0, 2, 2])],
    { outputSize: 1 },
    'none',
  ),
  roi('no boxes', [uniform([1, 1, 3, 3], 7), uniform([0, 5], 8)], { outputSize: 2 }, 'none'),
];
