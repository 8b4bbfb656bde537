import { FileError } from '../../runtime/errors.js';
import { readPickle } from '../pickle.js';
import type { StoredZip } from '../stored-zip.node.js';
import { inPython } from './in-python.js';
import { torchCalls } from './pickled-tensor.js';
import { MODULE, wayOutOf } from './state-dict.js';
import type { Storages } from './storages.js';

const MAX_PICKLE_BYTES = 256 * 2 ** 20;

/** What a torch.save of PyTorch 1.6 or newer wrote: a pickle and the storages as files of an archive. */
export async function readZipFile(
  zip: StoredZip,
  path: string,
): Promise<{ readonly value: unknown; readonly storages: Storages }> {
  const pickle = [...zip.names].find((name) => name === 'data.pkl' || name.endsWith('/data.pkl'));
  if (!pickle) throw new FileError(path, 'is a zip file, but not of torch.save', inPython(path));
  const root = pickle.slice(0, -'data.pkl'.length);
  if (zip.sizeOf(`${root}constants.pkl`) !== undefined)
    throw new FileError(path, 'is a TorchScript program, and nothing in a file is run', inPython(path, MODULE));
  if (zip.sizeOf(pickle)! > MAX_PICKLE_BYTES) throw new FileError(path, 'its pickle is too large', inPython(path));
  const order = `${root}byteorder`;
  if (zip.sizeOf(order) !== undefined && new TextDecoder().decode(await zip.bytes(order)) !== 'little')
    throw new FileError(path, 'was written on a big-endian machine', inPython(path));
  const { value } = readPickle(await zip.bytes(pickle), path, {
    calls: torchCalls(path),
    wayOut: wayOutOf(path),
  });
  return {
    value,
    storages: { sizeOf: (key) => zip.sizeOf(`${root}data/${key}`), bytes: (key) => zip.bytes(`${root}data/${key}`) },
  };
}
