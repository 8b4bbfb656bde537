import type { Picture } from '../../picture/picture.js';
import type { View } from '../../picture/view.js';
import { ShapeError } from '../../runtime/errors.js';
import { showShape } from '../../tensor/shape.js';

/** @throws ShapeError for pictures and views that the shader could not read, and where there is not one view per picture */
export function checkViews(op: string, pictures: readonly Picture[], views: readonly View[]): void {
  if (pictures.length !== views.length || pictures.length === 0) {
    throw new ShapeError(
      `${op}: ${pictures.length} pictures and ${views.length} views; give at least one picture, and one view per picture`,
    );
  }
  for (const [i, { width, height, data }] of pictures.entries()) {
    if (!(width >= 1 && height >= 1 && data.length === width * height * 3)) {
      throw new ShapeError(
        `${op}: picture ${i} of ${width} x ${height} pixels has ${data.length} bytes; it needs 3 for each pixel`,
      );
    }
  }
  for (const [i, { sourceBox, shift = [] }] of views.entries()) {
    if (!shift.every(Number.isFinite)) throw new ShapeError(`${op}: view ${i} has the colour shift [${shift}]`);
    if (!sourceBox) continue;
    const [x0, y0, x1, y1] = sourceBox;
    if (!(sourceBox.every(Number.isFinite) && x1 > x0 && y1 > y0)) {
      throw new ShapeError(
        `${op}: view ${i} has the box [${sourceBox}]; use [x0, y0, x1, y1] with x1 > x0 and y1 > y0`,
      );
    }
  }
}

/** The output size that all views share. @throws ShapeError where they share none, or it is none */
export function batchSize(op: string, views: readonly View[]): View['outSize'] {
  const size = views[0]!.outSize;
  if (size.length !== 2 || !size.every((side) => Number.isInteger(side) && side >= 1)) {
    throw new ShapeError(`${op}: ${showShape(size)} is not an output size; use [height, width] from 1`);
  }
  const odd = views.find(({ outSize }) => outSize[0] !== size[0] || outSize[1] !== size[1]);
  if (!odd) return size;
  throw new ShapeError(
    `${op}: a batch cannot mix ${size[1]}x${size[0]} and ${odd.outSize[1]}x${odd.outSize[0]} pixels; batch pictures by size`,
  );
}
