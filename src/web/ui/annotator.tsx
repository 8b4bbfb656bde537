import { useSignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import type { PixelBox } from '../../data/objects.js';
import type { ShownPicture } from '../engine/wire.js';
import { colourOf } from './colours.js';
import { PictureCanvas } from './picture-canvas.js';

export interface DrawnBox {
  readonly label: number;
  readonly box: PixelBox;
}

/** Sides of a box at least, in pixels of the picture; a shorter drag was a click. */
const LEAST = 4;

/** A picture with boxes on it: drag to draw one, arrow keys move the chosen one (with Shift they resize it), Delete removes it. */
export function Annotator(props: {
  picture: ShownPicture;
  boxes: readonly DrawnBox[];
  label: number;
  classes: readonly string[];
  onChange: (boxes: DrawnBox[]) => void;
}) {
  const { picture, boxes, label, classes, onChange } = props;
  const { width, height } = picture;
  const drag = useSignal<{ x: number; y: number; box: PixelBox } | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const at = (event: PointerEvent): { x: number; y: number } => {
    const { left, top, width: across, height: down } = frame.current!.getBoundingClientRect();
    const clamp = (value: number, most: number): number => Math.min(Math.max(Math.round(value), 0), most);
    return {
      x: clamp(((event.clientX - left) * width) / across, width),
      y: clamp(((event.clientY - top) * height) / down, height),
    };
  };
  const change = (index: number, box: PixelBox): void =>
    onChange(boxes.map((one, i) => (i === index ? { ...one, box } : one)));
  const onKeyDown = (event: KeyboardEvent, index: number): void => {
    const { box } = boxes[index]!;
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      onChange(boxes.filter((_, i) => i !== index));
      return;
    }
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const by = Math.max(1, Math.round(Math.min(width, height) / 60));
    const [dx, dy] = [step[0]! * by, step[1]! * by];
    const next = event.shiftKey
      ? { ...box, x1: box.x1 + dx, y1: box.y1 + dy }
      : { x0: box.x0 + dx, y0: box.y0 + dy, x1: box.x1 + dx, y1: box.y1 + dy };
    const inside = next.x0 >= 0 && next.y0 >= 0 && next.x1 <= width && next.y1 <= height;
    if (inside && next.x1 - next.x0 >= LEAST && next.y1 - next.y0 >= LEAST) change(index, next);
  };
  const shown = drag.value ? [...boxes, { label, box: drag.value.box }] : boxes;
  return (
    <div
      class="annotator"
      ref={frame}
      style={{ aspectRatio: `${width} / ${height}` }}
      onPointerDown={(event) => {
        if (event.button !== 0 || (event.target as Element).closest('button')) return;
        const { x, y } = at(event);
        drag.value = { x, y, box: { x0: x, y0: y, x1: x, y1: y } };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!drag.value) return;
        const { x, y } = at(event);
        const { x: fromX, y: fromY } = drag.value;
        const box = { x0: Math.min(x, fromX), y0: Math.min(y, fromY), x1: Math.max(x, fromX), y1: Math.max(y, fromY) };
        drag.value = { x: fromX, y: fromY, box };
      }}
      onPointerUp={() => {
        const box = drag.value?.box;
        drag.value = null;
        if (box && box.x1 - box.x0 >= LEAST && box.y1 - box.y0 >= LEAST) onChange([...boxes, { label, box }]);
      }}
      onPointerCancel={() => {
        drag.value = null;
      }}
    >
      <PictureCanvas picture={picture} label={`${picture.name}, ${width} x ${height} pixels, ${boxes.length} boxes`} />
      {shown.map(({ label: own, box }, index) => (
        <button
          key={index}
          type="button"
          class="box"
          aria-label={`${classes[own] ?? 'thing'}: box ${index + 1}; arrow keys move it, with Shift resize it, Delete removes it`}
          style={{ ...placeOf(box, width, height), borderColor: colourOf(own), color: colourOf(own) }}
          onKeyDown={(event) => onKeyDown(event, index)}
        />
      ))}
    </div>
  );
}

/** A box as CSS of an absolute element over the picture. */
export function placeOf({ x0, y0, x1, y1 }: PixelBox, width: number, height: number) {
  return {
    left: `${(100 * x0) / width}%`,
    top: `${(100 * y0) / height}%`,
    width: `${(100 * (x1 - x0)) / width}%`,
    height: `${(100 * (y1 - y0)) / height}%`,
  };
}
