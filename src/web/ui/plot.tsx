import type { PlotOptions } from '@observablehq/plot';
import { useEffect, useRef } from 'preact/hooks';

/** A plot of Observable Plot in the page's colours, as wide as there is room, also when that changes. The library comes with the first one. */
export function PlotView({
  options,
  label,
}: {
  options: (plot: typeof import('@observablehq/plot')) => PlotOptions;
  label: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let watcher: ResizeObserver | null = null;
    let current = true;
    void import('@observablehq/plot').then((plot) => {
      const room = place.current;
      if (!current || !room) return;
      let width = 0;
      watcher = new ResizeObserver(() => {
        // There is no room in a tab that is not shown.
        if (room.clientWidth === 0 || width === room.clientWidth) return;
        width = room.clientWidth;
        const size = { width: Math.max(260, width), height: 220 };
        const drawn = plot.plot({ ...size, style: { background: 'none' }, ...options(plot) });
        drawn.setAttribute('aria-hidden', 'true'); // what it shows is said around it
        room.replaceChildren(drawn);
      });
      watcher.observe(room);
    });
    return () => {
      current = false;
      watcher?.disconnect();
    };
  }, [options]);
  return <div ref={place} class="plot" role="img" aria-label={label} />;
}
