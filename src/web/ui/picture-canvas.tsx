import { useEffect, useRef } from 'preact/hooks';
import type { ShownPicture } from '../engine/wire.js';

/** The pixels of a picture; its container sets the size. Without a label it is an ornament of what is named around it. */
export function PictureCanvas({ picture, label }: { picture: Pick<ShownPicture, 'preview'>; label: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { preview } = picture;
  useEffect(() => {
    const context = canvas.current!.getContext('2d')!;
    context.putImageData(new ImageData(preview.data, preview.width, preview.height), 0, 0);
  }, [preview]);
  return <canvas ref={canvas} width={preview.width} height={preview.height} {...named(label)} />;
}

const named = (label: string) => (label ? ({ role: 'img', 'aria-label': label } as const) : { 'aria-hidden': true });
