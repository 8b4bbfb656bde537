import type { PlotOptions } from '@observablehq/plot';
import { useEffect, useRef } from 'preact/hooks';

/** A plot of Observable Plot in the page's colours, as wide as there is room. The library comes with the first one. */
export function PlotView({
  options,
  label,
}: {
  options: (plot: typeof import('@observablehq/plot')) => PlotOptions;
  label: string;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let current = true;
    void import('@observablehq/plot').then((plot) => {
      if (!current || !place.current) return;
      const width = Math.max(260, place.current.clientWidth);
      const drawn = plot.plot({ width, height: 220, style: { background: 'none' }, ...options(plot) });
      drawn.setAttribute('aria-hidden', 'true'); // what it shows is said around it
      place.current.replaceChildren(drawn);
    });
    return () => {
      current = false;
    };
  }, [options]);
  return <div ref={place} class="plot" role="img" aria-label={label} />;
}
