import type { ImageEntry } from '../data/dataset.js';
import type { FileContent } from '../io/atomic.node.js';
import { planFile } from '../io/safetensors.js';
import { encodeElements } from '../io/safetensors-elements.js';
import { type FileSum, writeSummed } from '../work/shard-file.node.js';

/** How the vectors of a file were made. */
export interface FeatureDescription {
  readonly net: string;
  readonly layer: string;
  readonly scale: number;
  readonly mode: string;
  readonly normalised: boolean;
  /** Names of the classes. */
  readonly classes: readonly string[];
}

/** What is stored of a picture beside its vector. */
export type FeatureEntry = Pick<ImageEntry, 'id' | 'label' | 'labels'>;

/**
 * Writes vectors, `features` [pictures, dimension] and `labels`, as safetensors, atomically.
 * @param rows the vectors one behind the other in any pieces, so that those of many shards need not be in memory together
 */
export function saveFeatures(
  path: string,
  rows: Iterable<ArrayBufferView> | AsyncIterable<ArrayBufferView>,
  dimension: number,
  entries: readonly FeatureEntry[],
  { net, layer, scale, mode, normalised, classes }: FeatureDescription,
): Promise<FileSum> {
  const labels = labelTensor(entries);
  const { head, order } = planFile(
    [
      { name: 'features', dtype: 'F32', shape: [entries.length, dimension] },
      { name: 'labels', dtype: 'I32', shape: labels.shape },
    ],
    {
      net,
      ...{ layer, scale: String(scale), mode, normalised: String(normalised) },
      classes: JSON.stringify(classes),
      ids: JSON.stringify(entries.map(({ id }) => id)),
    },
  );
  const content: FileContent = (async function* () {
    yield head;
    for (const { name } of order) {
      if (name === 'labels') yield encodeElements('I32', labels.data);
      else
        for await (const { buffer, byteOffset, byteLength } of rows) {
          yield new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
        }
    }
  })();
  return writeSummed(path, content);
}

/** The class of each picture, or for each class whether it is there (1), absent (-1) or only difficult to see (0). */
function labelTensor(entries: readonly FeatureEntry[]): { shape: number[]; data: Int32Array<ArrayBuffer> } {
  const several = entries.map(({ labels }) => labels).filter((labels) => labels !== undefined);
  if (several.length === 0) return { shape: [entries.length], data: Int32Array.from(entries, ({ label }) => label) };
  return { shape: [several.length, several[0]!.length], data: Int32Array.from(several.flat()) };
}
