import type { Picture } from '../../../picture/picture.js';
import { clipBoxes } from '../../boxes.js';
import type { EdgeMap } from '../../edges/edge-map.js';
import { gradientEdges } from '../../edges/gradient-edges.js';
import type { Proposals } from '../proposals.js';
import { type WorkingPicture, workingPicture } from '../working-size.js';
import { edgeBoxes } from './edge-boxes.js';
import type { EdgeBoxesOptions } from './options.js';

/** Larger pictures are searched in a smaller copy: windows are of things, not of pixels. */
const LONGEST = 800;

/** The picture in the size in which edges are looked for. */
export const edgePicture = (picture: Picture): WorkingPicture => workingPicture(picture, LONGEST);

/**
 * EdgeBoxes of a picture of any size.
 * @param edges those of `edgePicture(picture)`; default: gradients
 * @throws SppgpuError for options that cannot be
 */
export function edgeBoxProposals(picture: Picture, options: EdgeBoxesOptions = {}, edges?: EdgeMap): Proposals {
  const { picture: working, restore } = edgePicture(picture);
  const { boxes, scores } = edgeBoxes(edges ?? gradientEdges(working), options);
  return { boxes: clipBoxes(restore(boxes), picture.width, picture.height), scores };
}
