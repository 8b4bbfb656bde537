import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { engine } from '../engine/client.js';
import type { ShownPicture } from '../engine/wire.js';
import { attempt, fail, reading, tell } from '../state.js';
import { bytesOf, FileButton } from './controls.js';

/** Decodes files in the engine; those that are not pictures are named, and the others come. */
export async function decodeFiles(files: readonly File[]): Promise<ShownPicture[]> {
  const found: ShownPicture[] = [];
  const wrong: string[] = [];
  await attempt(async () => {
    const { pictures } = await engine();
    for (const [done, file] of files.entries()) {
      reading.value = { stage: `reading ${file.name}`, done, of: files.length };
      try {
        found.push(await pictures.decode(await bytesOf(file), file.name));
      } catch (error) {
        wrong.push((error as Error).message);
      }
    }
  });
  reading.value = null;
  const smaller = found.find(({ width, full }) => full.width > width);
  if (wrong.length > 0) fail(wrong.join('. '));
  else if (smaller) tell(sizesOf(smaller));
  return found;
}

const sizesOf = ({ name, width, height, full }: ShownPicture): string =>
  `${name} has ${full.width} x ${full.height} pixels; it is kept with ${width} x ${height}, which is more than the nets look at.`;

/** Frees pictures that are shown no more. */
export async function forgetPictures(pictures: readonly ShownPicture[]): Promise<void> {
  await attempt(async () => {
    const room = (await engine()).pictures;
    await Promise.all(pictures.map(({ id }) => room.forget(id)));
  });
}

/** Buttons for pictures of one's own: files and the camera. */
export function OwnPictures({ onPictures }: { onPictures: (pictures: ShownPicture[]) => void }) {
  const camera = useSignal<MediaStream | null>(null);
  const video = useRef<HTMLVideoElement>(null);
  /** Counts closings: a camera that opens after one is not wanted any more. */
  const closings = useRef(0);
  const close = (): void => {
    closings.current += 1;
    for (const track of camera.value?.getTracks() ?? []) track.stop();
    camera.value = null;
  };
  useEffect(() => {
    if (video.current) video.current.srcObject = camera.value;
  }, [camera.value]);
  // Whoever goes to another tab is not filmed there, though this one stays as it is.
  useEffect(() => {
    addEventListener('hashchange', close);
    return () => {
      removeEventListener('hashchange', close);
      close();
    };
  }, []);
  const open = async (): Promise<void> => {
    if (!navigator.mediaDevices) {
      fail('The camera is open to pages over https or on localhost only; open a file.');
      return;
    }
    const before = closings.current;
    try {
      const opened = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
      if (closings.current === before) camera.value = opened;
      else for (const track of opened.getTracks()) track.stop();
    } catch (error) {
      fail(
        `The camera did not open (${(error as Error).message}); allow it in the browser's settings, or open a file.`,
      );
    }
  };
  const take = async (): Promise<void> => {
    if (!video.current?.videoWidth) return;
    const { videoWidth: width, videoHeight: height } = video.current;
    const context = new OffscreenCanvas(width, height).getContext('2d')!;
    context.drawImage(video.current, 0, 0);
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
