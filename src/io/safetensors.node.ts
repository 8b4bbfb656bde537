import { type FileHandle, open } from 'node:fs/promises';
import { FileError } from '../runtime/errors.js';
import { requireState } from '../runtime/options.js';
import { quoted } from '../runtime/quote.js';
import { Tensor } from '../tensor/tensor.js';
import { writeFileAtomic } from './atomic.node.js';
import { withFileErrors } from './file-errors.node.js';
import { plainFileSize } from './plain-file.node.js';
import { readTensors } from './read-tensors.js';
import { encodePlanned, planFile, type SafetensorsContent, type StoredTensor, type TensorPlan } from './safetensors.js';
import { decodeElements, type ElementArray, storedType } from './safetensors-elements.js';
import {
  headerLength,
  PREFIX_BYTES,
  parseHeader,
  type SafetensorsDType,
  type SafetensorsHeader,
} from './safetensors-header.js';

/** A tensor to be stored whose data may come later (a readback), so that one tensor at a time is in memory. */
export type TensorSource =
  | { dtype?: SafetensorsDType; shape: readonly number[]; data: ElementArray }
  | { dtype: SafetensorsDType; shape: readonly number[]; data: () => ElementArray | Promise<ElementArray> };

/** Tensors by name: of a device, or on the host. */
export type NamedSources = Iterable<readonly [string, TensorSource | Tensor]>;

/** What a file can be made of: tensors by name, as `net.stateDict()`, or with numbers or texts, as `optimizer.stateDict()`. */
export type SafetensorsSource =
  | NamedSources
  | {
      readonly tensors: NamedSources;
      /** Numbers, which become texts of the metadata. */
      readonly numbers?: Readonly<Record<string, number>>;
      readonly metadata?: Readonly<Record<string, string>>;
    };

/** An open file: the header is read and checked, tensors are read one by one. Close it, or use `await using`. */
export class SafetensorsFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    readonly header: SafetensorsHeader,
  ) {}

  /** Throws FileError when the file cannot be read or its header is not sound. */
  static async open(path: string): Promise<SafetensorsFile> {
    return withFileErrors(path, async () => {
      await plainFileSize(path, 'give the path of a safetensors file');
      const handle = await open(path, 'r');
      try {
        const { size } = await handle.stat();
        const length = headerLength(await readBytes(handle, path, 0, Math.min(size, PREFIX_BYTES)), size, path);
        const header = parseHeader(await readBytes(handle, path, PREFIX_BYTES, length), size, path);
        return new SafetensorsFile(path, handle, header);
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  /** Throws FileError for a name that the file does not have. */
  async read(name: string): Promise<StoredTensor> {
    const entry = this.header.entries.get(name);
    if (!entry) {
      const names = [...this.header.entries.keys()].slice(0, 8).join(', ');
      throw new FileError(this.path, `has no tensor ${quoted(name)}`, `it has ${names || 'none'}`);
    }
    const bytes = await withFileErrors(this.path, () =>
      readBytes(this.handle, this.path, entry.begin, entry.end - entry.begin),
    );
    return { dtype: entry.dtype, shape: entry.shape, data: decodeElements(entry.dtype, bytes.buffer) };
  }

  async close(): Promise<void> {
    await this.handle.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Reads a whole file, or the tensors whose name `wanted` accepts. Throws FileError. */
export async function loadSafetensors(
  path: string,
  wanted: (name: string) => boolean = () => true,
): Promise<SafetensorsContent> {
  const file = await SafetensorsFile.open(path);
  try {
    const tensors = new Map<string, StoredTensor>();
    for (const name of file.header.entries.keys()) if (wanted(name)) tensors.set(name, await file.read(name));
    return { tensors, metadata: file.header.metadata };
  } finally {
    await file.close();
  }
}

function isNamed(value: unknown): value is NamedSources {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

/**
 * Writes a file atomically, tensor by tensor: `saveSafetensors(file, net.stateDict())`, and the same for an optimizer.
 * Tensors of a device are stored as they are at the call. Throws FileError for the disk, SppgpuError for data that does not fit.
 */
export async function saveSafetensors(
  path: string,
  source: SafetensorsSource,
  metadata: Record<string, string> = {},
): Promise<void> {
  const content = isNamed(source) ? { tensors: source } : source;
  if (!isNamed(content?.tensors)) requireState('saveSafetensors', content?.tensors ?? content, true);
  const numbers = Object.entries(content.numbers ?? {}).map(([name, value]) => [name, String(value)]);
  const texts = { ...content.metadata, ...Object.fromEntries(numbers), ...metadata };
  const all = [...content.tensors];
  const onDevice = all.filter((entry): entry is [string, Tensor] => entry[1] instanceof Tensor);
  const host = await readTensors(onDevice);
  const sources = new Map(all.map(([name, entry]) => [name, entry instanceof Tensor ? host.get(name)! : entry]));
  const plans = [...sources].map(([name, source]) => ({
    name,
    shape: source.shape,
    dtype: source.dtype ?? storedType(source.data as ElementArray),
  }));
  const { head, order } = planFile(plans, texts);
  await writeFileAtomic(path, pieces(head, order, sources));
}

async function* pieces(head: Uint8Array, order: TensorPlan[], sources: Map<string, TensorSource>) {
  yield head;
  for (const plan of order) {
    const { data } = sources.get(plan.name)!;
    yield encodePlanned(plan, typeof data === 'function' ? await data() : data);
  }
}

/** One read call takes less than 2 GiB. */
const MAX_READ = 2 ** 30;

async function readBytes(handle: FileHandle, path: string, position: number, length: number) {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, Math.min(length - filled, MAX_READ), position + filled);
    if (bytesRead === 0) throw new FileError(path, 'became shorter while it was read', 'run again');
    filled += bytesRead;
  }
  return bytes;
}
