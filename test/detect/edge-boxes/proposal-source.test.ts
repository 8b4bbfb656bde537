/** EdgeBoxes as a method of proposals: in threads, with edges of any source, on pictures of any size. */

import { expect, test } from 'vitest';
import { boxesOf, iou } from '../../../src/detect/boxes.js';
import { gradientEdges } from '../../../src/detect/edges/gradient-edges.js';
import { edgeBoxProposals, edgePicture } from '../../../src/detect/proposals/edge-boxes/edge-box-proposals.js';
import { openProposalSource } from '../../../src/detect/proposals/proposal-source.node.js';
import { pictureOf } from '../edges/drawn.js';

const picture = pictureOf(120, 90, (x, y) => (x >= 30 && x < 80 && y >= 20 && y < 70 ? [210, 60, 40] : [70, 80, 110]));

test('threads find the same windows, from gradients and from edges that are given', async () => {
  const plain = edgeBoxProposals(picture, { maxBoxes: 20 });
  const source = await openProposalSource({ method: 'edge-boxes', maxBoxes: 20, workers: 1 });
  // Edges of half the strength are other edges.
  const half = (map: ReturnType<typeof gradientEdges>) => ({
    ...map,
    strength: map.strength.map((value) => value / 2),
  });
  const edges = async (working: typeof picture) => half(gradientEdges(working));
  const given = await openProposalSource({ method: 'edge-boxes', maxBoxes: 20, workers: 1, edges });
  try {
    const found = await source.propose('a', picture);
    expect(found.boxes).toEqual(plain.boxes);
    expect(found.scores).toEqual(plain.scores);
    const other = await given.propose('a', picture);
    expect(other.scores).toEqual(edgeBoxProposals(picture, { maxBoxes: 20 }, half(gradientEdges(picture))).scores);
    expect(other.scores).not.toEqual(plain.scores);
    expect(other.seconds).toBeGreaterThan(0);
  } finally {
    await Promise.all([source.close(), given.close()]);
  }
});

test('a large picture is searched in a smaller copy, its windows are of the picture', () => {
  const large = pictureOf(1600, 400, (x, y) =>
    x >= 400 && x < 1000 && y >= 80 && y < 320 ? [210, 60, 40] : [70, 80, 110],
  );
  expect(edgePicture(large).picture.width).toBe(800);
  const { boxes } = edgeBoxProposals(large, { maxBoxes: 5 });
  expect(iou(boxes, 0, boxesOf([{ x0: 400, y0: 80, x1: 1000, y1: 320 }]), 0)).toBeGreaterThan(0.7);
  for (let i = 0; i < boxes.length; i += 4) {
    expect(boxes[i]! >= 0 && boxes[i + 1]! >= 0 && boxes[i + 2]! <= 1600 && boxes[i + 3]! <= 400).toBe(true);
  }
});

test('a method that does not look at edges refuses them', async () => {
  const edges = () => gradientEdges(picture);
  await expect(openProposalSource({ method: 'selective-search', edges })).rejects.toThrow(/does not look at edges/);
});
