import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { binRange } from '../../../report/pyramid-bins.js';
import type { CellWindow } from '../../engine/wire.js';
import { ask, channel, level, region, seen } from './classify-state.js';

/** The last map with the bins of one level over the chosen window; drag to choose another window. */
export function FeatureMap() {
  const { map } = seen.value!;
  const canvas = useRef<HTMLCanvasElement>(null);
  const start = useSignal<{ x: number; y: number } | null>(null);
  const chosen = channel.value;
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.putImageData(new ImageData(heat(map, chosen), map.width, map.height), 0, 0);
  }, [map, chosen]);
  const window = region.value!;
  const cellAt = (event: PointerEvent): { x: number; y: number } => {
    const { left, top, width, height } = canvas.current!.getBoundingClientRect();
    const clamp = (value: number, most: number): number => Math.min(Math.max(value, 0), most - 1);
    return {
      x: clamp(Math.floor(((event.clientX - left) / width) * map.width), map.width),
      y: clamp(Math.floor(((event.clientY - top) / height) * map.height), map.height),
    };
  };
  const choose = (next: CellWindow): void => {
    region.value = next;
    void ask();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    const [dx, dy] = step as [number, number];
    const { x0, y0, x1, y1 } = window;
    const next = event.shiftKey
      ? { x0, y0, x1: x1 + dx, y1: y1 + dy }
      : { x0: x0 + dx, y0: y0 + dy, x1: x1 + dx, y1: y1 + dy };
    if (
      next.x0 >= 0 &&
      next.y0 >= 0 &&
      next.x1 <= map.width &&
      next.y1 <= map.height &&
      next.x1 > next.x0 &&
      next.y1 > next.y0
    )
      choose(next);
  };
  return (
    <div
      class="map"
      style={{
        aspectRatio: `${map.width} / ${map.height}`,
        maxWidth: `${Math.min(460, (420 * map.width) / map.height)}px`,
      }}
      onPointerDown={(event) => {
        start.value = cellAt(event);
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!start.value) return;
        const [from, to] = [start.value, cellAt(event)];
        choose({
          x0: Math.min(from.x, to.x),
          y0: Math.min(from.y, to.y),
          x1: Math.max(from.x, to.x) + 1,
          y1: Math.max(from.y, to.y) + 1,
        });
      }}
      onPointerUp={() => {
        start.value = null;
      }}
    >
      <canvas
        ref={canvas}
        width={map.width}
        height={map.height}
        role="img"
        aria-label={`last map, ${map.width} x ${map.height} cells`}
      />
      <svg viewBox={`0 0 ${map.width} ${map.height}`} preserveAspectRatio="none" aria-hidden="true">
        <Bins window={window} bins={level.value} />
      </svg>
      <button
        type="button"
        class="window"
        aria-label={`window of ${window.x1 - window.x0} x ${window.y1 - window.y0} cells; arrow keys move it, with Shift resize it`}
        style={{
          left: `${(100 * window.x0) / map.width}%`,
          top: `${(100 * window.y0) / map.height}%`,
          width: `${(100 * (window.x1 - window.x0)) / map.width}%`,
          height: `${(100 * (window.y1 - window.y0)) / map.height}%`,
        }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
}

/** The bins of a level, by the rule of the op; neighbours may share cells. */
function Bins({ window: { x0, y0, x1, y1 }, bins }: { window: CellWindow; bins: number }) {
  const places = Array.from({ length: bins }, (_, i) => i);
  return (
    <>
      {places.flatMap((row) =>
        places.map((column) => {
          const [top, bottom] = binRange(row, bins, y1 - y0);
          const [left, right] = binRange(column, bins, x1 - x0);
          return (
            <rect key={`${row} ${column}`} x={x0 + left} y={y0 + top} width={right - left} height={bottom - top} />
          );
        }),
      )}
    </>
  );
}

/** One channel, or the mean of all (-1), from dark to light. */
function heat(
  { channels, width, height, values }: { channels: number; width: number; height: number; values: Float32Array },
  channel: number,
): Uint8ClampedArray<ArrayBuffer> {
  const cells = width * height;
  const plane = new Float32Array(cells);
  for (let c = 0; c < channels; c++) {
    if (channel >= 0 && c !== channel) continue;
    for (let i = 0; i < cells; i++) plane[i]! += values[c * cells + i]!;
  }
  const most = plane.reduce((largest, value) => Math.max(largest, value), 1e-9);
  const pixels = new Uint8ClampedArray(4 * cells);
  for (const [i, value] of plane.entries()) {
    const t = Math.max(0, value / most);
    pixels.set([20 + 235 * t ** 1.4, 26 + 200 * t ** 1.1, 48 + 110 * t + 60 * t * (1 - t), 255], 4 * i);
  }
  return pixels;
}
