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

/** Whether elements of a type are real numbers. */
export const isFloat = (type: number | undefined): boolean =>
  type === ELEMENT.f32 || type === ELEMENT.f16 || type === ELEMENT.f64 || type === ELEMENT.bf16;

/** Elements of a tensor; 1 for a scalar. */
export const elementsOf = ({ dims }: OnnxTensor): number => dims.reduce((product, side) => product * side, 1);

/** @throws FileError unless the tensor has as many elements as its shape says */
export function checkTensor(tensor: OnnxTensor, path: string): void {
  const name = `tensor ${quoted(tensor.name ?? '')}`;
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

/** A tensor of real numbers with its axes in another order, backwards unless said; undefined for what is no order of them. */
export function transposed(tensor: OnnxTensor, order?: readonly number[]): OnnxTensor | undefined {
  const { dims } = tensor;
  const axes = order ?? dims.map((_, axis) => dims.length - 1 - axis);
  if (String([...axes].sort((a, b) => a - b)) !== String(dims.map((_, axis) => axis))) return undefined;
  const values = floatsOf(tensor);
  const turned = new Float32Array(values.length);
  const steps = dims.map((_, axis) => dims.slice(axis + 1).reduce((product, side) => product * side, 1));
  const place = dims.map(() => 0);
  for (let i = 0; i < turned.length; i++) {
    turned[i] = values[axes.reduce((sum, axis, k) => sum + place[k]! * steps[axis]!, 0)]!;
    for (let k = axes.length - 1; k >= 0; k--) {
      place[k]! += 1;
      if (place[k]! < dims[axes[k]!]!) break;
      place[k] = 0;
    }
  }
  const rawData = new Uint8Array(turned.buffer);
  return { ...tensor, dims: axes.map((axis) => dims[axis]!), dataType: ELEMENT.f32, rawData };
}
