import { useEffect } from 'preact/hooks';
import { fail } from '../state.js';

type Take = (files: readonly File[]) => unknown;

const takers = new Map<string, Take>();

/** What the tab `id` does with files that are dropped or pasted anywhere on the page while it is in view. */
export function useFiles(id: string, take: Take): void {
  useEffect(() => {
    takers.set(id, take);
    return () => void takers.delete(id);
  });
}

/**
 * Gives dropped and pasted files to the tab in view. Without it, the browser would leave the page for a file that was
 * dropped beside what takes it.
 * @returns what ends it
 */
export function receiveFiles(inView: () => { readonly id: string; readonly label: string }): () => void {
  const give = (event: Event, data: DataTransfer | null): void => {
    const files = [...(data?.files ?? [])];
    if (files.length === 0 || event.defaultPrevented) return;
    event.preventDefault();
    const { id, label } = inView();
    const take = takers.get(id);
    if (take) void take(files);
    else fail(`${label} takes no files; go to Teach a detector or Classify with ${files[0]!.name}.`);
  };
  const ending = new AbortController();
  const { signal } = ending;
  addEventListener('dragover', (event) => event.dataTransfer?.types.includes('Files') && event.preventDefault(), {
    signal,
  });
  addEventListener('drop', (event) => give(event, event.dataTransfer), { signal });
  addEventListener('paste', (event) => give(event, event.clipboardData), { signal });
  return () => ending.abort();
}

/** Files by what they may hold, as their names say it: networks, and pictures. */
export function sorted(files: readonly File[]): { readonly nets: readonly File[]; readonly pictures: readonly File[] } {
  const isNet = ({ name }: File): boolean => /\.(safetensors|onnx)$/i.test(name);
  return { nets: files.filter(isNet), pictures: files.filter((file) => !isNet(file)) };
}
