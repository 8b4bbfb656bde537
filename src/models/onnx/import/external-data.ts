import type { OnnxTensor } from '../../../io/onnx/schema.js';
import { quoted } from '../../../runtime/quote.js';
import { problem } from './problem.js';

/** A part of a file beside an ONNX file, by bytes; without a length all that follows. */
export interface ExternalPart {
  /** The path of that file, from the folder of the ONNX file on. */
  readonly location: string;
  readonly offset: number;
  readonly length: number | undefined;
}

/** Gives the bytes of a part. @throws FileError where they cannot be had */
export type ReadBeside = (part: ExternalPart) => Uint8Array;

/** The file beside that holds the elements of a tensor; undefined where they are at hand. */
export function locationOf({ dataLocation, externalData }: OnnxTensor): string | undefined {
  if (dataLocation !== 1 && externalData.length === 0) return undefined;
  return externalData.find(({ key }) => key === 'location')?.value ?? '';
}

/**
 * The tensor with its elements.
 * @throws FileError naming it where nothing beside the file can be read, or its place is none
 */
export function withElements(tensor: OnnxTensor, path: string, readBeside?: ReadBeside): OnnxTensor {
  const location = locationOf(tensor);
  if (location === undefined) return tensor;
  const name = `tensor ${quoted(tensor.name ?? '')}`;
  if (!readBeside || location === '') {
    const wayOut = 'save it in one file: onnx.save(onnx.load(path), path, save_as_external_data=False)';
    throw problem(path, `${name} is not in it but in ${quoted(location || 'another file')}`, wayOut);
  }
  const [offset = 0, length] = ['offset', 'length'].map((key) => {
    const text = tensor.externalData.find((entry) => entry.key === key)?.value;
    return text === undefined ? undefined : Number(text);
  });
  const sound = [offset, length ?? 0].every((bytes) => Number.isSafeInteger(bytes) && bytes >= 0);
  if (!sound) throw problem(path, `${name} has no sound place in ${quoted(location)}`, 'get an undamaged copy');
  const rawData = readBeside({ location, offset, length });
  return { ...tensor, rawData, dataLocation: undefined, externalData: [] };
}
