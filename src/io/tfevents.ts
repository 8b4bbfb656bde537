import { concatArrays } from '../runtime/concat-arrays.js';
import { doubleField, floatField, messageField, protobufFields, stringField, varintField } from './protobuf.js';
import { crcMatches, frameRecord } from './tfrecord.js';

/**
 * TensorBoard event records: protobuf `Event` { wall_time = 1 double, step = 2 varint, file_version = 3 string,
 * summary = 5 { value = 1 { tag = 1 string, simple_value = 2 float } } }, framed as TFRecords.
 */
export interface ScalarEvent {
  /** Seconds since 1970. */
  wallTime: number;
  step: number;
  /** Empty for the version record that every file starts with. */
  scalars: Record<string, number>;
}

/** The record that every event file starts with. */
export function versionRecord(wallTime: number): Uint8Array {
  return frameRecord(concatArrays(Uint8Array, [doubleField(1, wallTime), stringField(3, 'brain.Event:2')]));
}

/** One framed record with any number of scalars of one step. */
export function scalarRecord({ wallTime, step, scalars }: ScalarEvent): Uint8Array {
  const values = Object.entries(scalars).map(([tag, value]) =>
    messageField(1, stringField(1, tag), floatField(2, value)),
  );
  return frameRecord(
    concatArrays(Uint8Array, [doubleField(1, wallTime), varintField(2, step), messageField(5, ...values)]),
  );
}

/** Sound records from the start of `bytes`, each with the byte after it; stops at the first torn or damaged one. */
export function* scanRecords(bytes: Uint8Array): Generator<{ event: ScalarEvent; end: number }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let start = 0; start + 16 <= bytes.length; ) {
    const length = Number(view.getBigUint64(start, true));
    const end = start + 16 + length;
    if (end > bytes.length || !crcMatches(bytes, start, 8) || !crcMatches(bytes, start + 12, length)) return;
    const event = decodeEvent(bytes.subarray(start + 12, start + 12 + length));
    if (!event) return;
    yield { event, end };
    start = end;
  }
}

function decodeEvent(payload: Uint8Array): ScalarEvent | undefined {
  const event: ScalarEvent = { wallTime: 0, step: 0, scalars: {} };
  try {
    for (const field of protobufFields(payload)) {
      if (field.number === 1) event.wallTime = field.value;
      if (field.number === 2) event.step = field.value;
      if (field.number === 5) for (const { bytes } of protobufFields(field.bytes)) decodeScalar(bytes, event.scalars);
    }
  } catch {
    return undefined;
  }
  return event;
}

function decodeScalar(bytes: Uint8Array, scalars: Record<string, number>): void {
  let tag = '';
  let value = 0;
  for (const field of protobufFields(bytes)) {
    if (field.number === 1) tag = new TextDecoder().decode(field.bytes);
    if (field.number === 2) value = field.value;
  }
  scalars[tag] = value;
}
