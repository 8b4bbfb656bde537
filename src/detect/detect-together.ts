import type { Picture } from '../picture/picture.js';
import type { Boxes } from './boxes.js';
import type { Detection } from './detection.js';
import type { DetectionLimits } from './detections.js';
import type { Detector } from './detector.js';

/**
 * Finds things with several detectors of the same classes: all score all windows, and what is found is chosen from all of them.
 * @throws SppgpuError where their classes are not the same
 */
export async function detectTogether(
  detectors: readonly Detector[],
  picture: Picture,
  boxes: Boxes,
  limits: Partial<DetectionLimits> = {},
): Promise<Detection[]> {
  const later = await import('./later.js');
  return later.detectTogether(detectors, picture, boxes, limits);
}
