import { ELEMENT, type OnnxTensor } from '../../../io/onnx/schema.js';
import { decodeElements } from '../../../io/safetensors-elements.js';
import { quoted } from '../../../runtime/quote.js';
import { problem } from './problem.js';

/** How each element type is stored: its safetensors name, bytes, and the list that may hold it instead of raw bytes. */
const TYPES = {
  [ELEMENT.f32]: { dtype: 'F32', bytes: 4, list: 'floatData' },
  [ELEMENT.f64]: { dtype: 'F64', bytes: 8, list: 'doubleData' },
  [ELEMENT.f16]: { dtype: 'F16', bytes: 2, list: 'int32Data' },
  [ELEMENT.bf16]: { dtype: 'BF16', bytes: 2, list: 'int32Data' },
  [ELEMENT.i32]: { dtype: 'I32', bytes: 4, list: 'int32Data' },
  [ELEMENT.i64]: { dtype: 'I64', bytes: 8, list: 'int64Data' },
  [ELEMENT.bool]: { dtype: 'BOOL', bytes: 1, list: 'int32Data' },
} as const;

/** Elements of a tensor; 1 for a scalar. */
export const elementsOf = ({ dims }: OnnxTensor): number => dims.reduce((product, side) => product * side, 1);

/** @throws FileError unless the tensor has, in this file, as many elements as its shape says */
export function checkTensor(tensor: OnnxTensor, path: string): void {
  const name = `tensor ${quoted(tensor.name ?? '')}`;
  if (tensor.dataLocation === 1 || tensor.externalData.length > 0) {
    const file = tensor.externalData.find(({ key }) => key === 'location')?.value ?? 'another file';
    const wayOut = 'save it in one file: onnx.save(onnx.load(path), path, save_as_external_data=False)';
    throw problem(path, `${name} is not in it but in ${quoted(file)}`, wayOut);
  }
  const type = TYPES[tensor.dataType as keyof typeof TYPES];
  if (!type) throw problem(path, `${name} has elements of type ${tensor.dataType}, which is not known here`);
  const { rawData } = tensor;
  const found = rawData ? rawData.length / type.bytes : tensor[type.list].length;
  const sound = tensor.dims.every((side) => Number.isSafeInteger(side) && side >= 0);
  if (sound && found === elementsOf(tensor)) return;
  throw problem(path, `${name} of shape [${tensor.dims}] has ${found} elements`, 'get an undamaged copy');
}

/** The elements of a tensor that was checked, as f32. */
export function floatsOf(tensor: OnnxTensor): Float32Array<ArrayBuffer> {
  const { dtype, list } = TYPES[tensor.dataType as keyof typeof TYPES];
  const raw = tensor.rawData;
  if (raw instanceof Uint8Array) return Float32Array.from(decodeElements(dtype, new Uint8Array(raw).buffer) as never);
  if (list !== 'int32Data' || dtype === 'I32' || dtype === 'BOOL') return Float32Array.from(tensor[list]);
  return Float32Array.from(decodeElements(dtype, Uint16Array.from(tensor[list]).buffer) as never);
}

/** The elements of a tensor that was checked, as whole numbers. */
export function integersOf(tensor: OnnxTensor): number[] {
  const { dtype, list } = TYPES[tensor.dataType as keyof typeof TYPES];
  const raw = tensor.rawData;
  if (!(raw instanceof Uint8Array)) return [...tensor[list]];
  return Array.from(decodeElements(dtype, new Uint8Array(raw).buffer) as ArrayLike<number | bigint>, Number);
}
