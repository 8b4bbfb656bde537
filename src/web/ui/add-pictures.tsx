import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { engine } from '../engine/client.js';
import type { ShownPicture } from '../engine/wire.js';
import { attempt, fail } from '../state.js';
import { bytesOf, FileButton } from './controls.js';

/** Decodes files in the engine; one that is not a picture is named, and the others come. */
export async function decodeFiles(files: readonly File[]): Promise<ShownPicture[]> {
  const { pictures } = await engine();
  const found: ShownPicture[] = [];
  for (const file of files) {
    const shown = await attempt(async () => pictures.decode(await bytesOf(file), file.name));
    if (shown) found.push(shown);
  }
  return found;
}

/** Buttons for pictures of one's own: files and the camera. Pasted ones come where `paste` says so. */
export function OwnPictures({ onPictures }: { onPictures: (pictures: ShownPicture[]) => void }) {
  const camera = useSignal<MediaStream | null>(null);
  const video = useRef<HTMLVideoElement>(null);
  const close = (): void => {
    for (const track of camera.value?.getTracks() ?? []) track.stop();
    camera.value = null;
  };
  useEffect(() => {
    if (video.current) video.current.srcObject = camera.value;
  }, [camera.value]);
  // Whoever goes to another tab is not filmed there.
  useEffect(() => close, []);
  const open = async (): Promise<void> => {
    try {
      camera.value = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    } catch (error) {
      fail(
        `The camera did not open (${(error as Error).message}); allow it in the browser's settings, or open a file.`,
      );
    }
  };
  const take = async (): Promise<void> => {
    const { videoWidth: width, videoHeight: height } = video.current!;
    if (width === 0) return;
    const context = new OffscreenCanvas(width, height).getContext('2d')!;
    context.drawImage(video.current!, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    const shown = await attempt(async () => (await engine()).pictures.frame(width, height, data, 'camera'));
    if (shown) onPictures([shown]);
  };
  return (
    <>
      <FileButton
        accept="image/png,image/jpeg"
        multiple
        onFiles={async (files) => {
          const found = await decodeFiles(files);
          if (found.length > 0) onPictures(found);
        }}
      >
        Open pictures
      </FileButton>
      <button type="button" onClick={camera.value ? close : open}>
        {camera.value ? 'Close the camera' : 'Camera'}
      </button>
      {camera.value && (
        <div class="camera">
          <video ref={video} autoplay playsInline muted />
          <button type="button" class="primary" onClick={take}>
            Take a picture
          </button>
        </div>
      )}
    </>
  );
}

/** Takes files that are dropped anywhere on its children. */
export function dropping(onPictures: (pictures: ShownPicture[]) => void) {
  return {
    onDragOver: (event: DragEvent) => event.preventDefault(),
    onDrop: async (event: DragEvent) => {
      event.preventDefault();
      const found = await decodeFiles([...(event.dataTransfer?.files ?? [])]);
      if (found.length > 0) onPictures(found);
    },
  };
}
