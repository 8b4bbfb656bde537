import {
  doubleField,
  floatField,
  messageHead,
  packedVarints,
  protobufFields,
  stringField,
  varintField,
} from './protobuf.js';

/** Bytes that are read when their turn to be written comes, so that a file may be larger than memory. */
export interface LazyBytes {
  readonly length: number;
  readonly load: () => Promise<Uint8Array>;
}

type Scalar = 'int' | 'float' | 'double' | 'text' | 'bytes';

/** One field of a message: its number, its type, and whether it may stand there many times. */
export interface Field {
  readonly number: number;
  readonly type: Scalar | Schema;
  readonly many?: true;
}

/** A kind of message: the fields that are wanted of it, by the names that they have here. Others are skipped. */
export type Schema = { readonly [name: string]: Field };

type Value<T> = T extends 'int' | 'float' | 'double'
  ? number
  : T extends 'text'
    ? string
    : T extends 'bytes'
      ? Uint8Array | LazyBytes
      : T extends Schema
        ? Message<T>
        : never;

/** What a message of a schema holds: absent fields are undefined, absent lists empty. */
export type Message<S extends Schema> = {
  readonly [Name in keyof S]: S[Name] extends { readonly many: true }
    ? readonly Value<S[Name]['type']>[]
    : Value<S[Name]['type']> | undefined;
};

/** A message to be written: what is absent is left out. */
export type Draft<S extends Schema> = {
  readonly [Name in keyof S]?:
    | (S[Name] extends { readonly many: true } ? readonly DraftValue<S[Name]['type']>[] : DraftValue<S[Name]['type']>)
    | undefined;
};

type DraftValue<T> = T extends Schema ? Draft<T> : Value<T>;

type Fields = Record<string, unknown>;

/** A message of two bytes, or a number of one, takes much more in memory. */
const MOST = { messages: 2 ** 18, numbers: 2 ** 24 };

/**
 * Reads a message. What is bytes is not copied; a schema cannot contain itself, so the depth is bounded.
 * @throws RangeError where the message is cut off, is none, or has more than 262,144 messages or 16 million whole numbers in it
 */
export function decodeMessage<S extends Schema>(schema: S, bytes: Uint8Array): Message<S> {
  return read(schema, bytes, { ...MOST });
}

function read<S extends Schema>(schema: S, bytes: Uint8Array, left: typeof MOST): Message<S> {
  if (--left.messages < 0) throw new RangeError('it has more parts than any network');
  const byNumber = fieldsByNumber(schema);
  const message: Fields = {};
  for (const [name, { many }] of byNumber.values()) message[name] = many ? [] : undefined;
  for (const { number, value, bytes: content, delimited } of protobufFields(bytes)) {
    const [name, field] = byNumber.get(number) ?? [];
    if (name === undefined || field === undefined) continue;
    const { type, many } = field;
    if (!many) message[name] = decoded(type, value, content, left);
    else if (delimited && isNumber(type)) append(message[name] as number[], packed(type, content, left));
    else (message[name] as unknown[]).push(decoded(type, value, content, left));
  }
  return message as Message<S>;
}

const tables = new WeakMap<Schema, ReadonlyMap<number, readonly [string, Field]>>();

function fieldsByNumber(schema: Schema): ReadonlyMap<number, readonly [string, Field]> {
  const known = tables.get(schema);
  if (known) return known;
  const table = new Map(Object.entries(schema).map((entry) => [entry[1].number, entry] as const));
  tables.set(schema, table);
  return table;
}

const isNumber = (type: Field['type']): type is 'int' | 'float' | 'double' =>
  type === 'int' || type === 'float' || type === 'double';

function decoded(type: Field['type'], value: number, content: Uint8Array, left: typeof MOST): unknown {
  if (isNumber(type)) return value;
  if (type === 'text') return new TextDecoder().decode(content);
  return type === 'bytes' ? content : read(type, content, left);
}

function packed(type: 'int' | 'float' | 'double', content: Uint8Array, left: typeof MOST): ArrayLike<number> {
  if (type === 'int') {
    left.numbers -= content.length;
    if (left.numbers < 0) throw new RangeError('it has longer lists of numbers than any network');
    return packedVarints(content);
  }
  const kind = type === 'float' ? Float32Array : Float64Array;
  if (content.length % kind.BYTES_PER_ELEMENT !== 0) throw new RangeError('a list of numbers is cut off');
  return new kind(new Uint8Array(content).buffer);
}

function append(list: number[], values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) list.push(values[i]!);
}

/** A message in pieces, one behind the other, and their bytes together. */
export interface Encoded {
  readonly pieces: readonly (Uint8Array | LazyBytes)[];
  readonly length: number;
}

/** Writes a message; large contents stay pieces of their own and are not copied. */
export function encodeMessage<S extends Schema>(schema: S, message: Draft<S>): Encoded {
  const pieces: (Uint8Array | LazyBytes)[] = [];
  for (const [name, { number, type, many }] of Object.entries(schema)) {
    const value = (message as Fields)[name];
    if (value === undefined) continue;
    for (const one of many ? (value as unknown[]) : [value]) encode(pieces, number, type, one);
  }
  return { pieces, length: pieces.reduce((sum, { length }) => sum + length, 0) };
}

function encode(pieces: (Uint8Array | LazyBytes)[], number: number, type: Field['type'], value: unknown): void {
  if (type === 'int') pieces.push(varintField(number, value as number));
  else if (type === 'float') pieces.push(floatField(number, value as number));
  else if (type === 'double') pieces.push(doubleField(number, value as number));
  else if (type === 'text') pieces.push(stringField(number, value as string));
  else {
    const content =
      type === 'bytes'
        ? { pieces: [value as Uint8Array | LazyBytes], length: (value as Uint8Array | LazyBytes).length }
        : encodeMessage(type, value as Draft<Schema>);
    pieces.push(messageHead(number, content.length));
    for (const piece of content.pieces) pieces.push(piece);
  }
}

/** The bytes of a message, piece by piece. */
export async function* bytesOfPieces({ pieces }: Encoded): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield piece instanceof Uint8Array ? piece : await piece.load();
}

/** The bytes of a message, in one piece. */
export async function encodedBytes(message: Encoded): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(message.length);
  let at = 0;
  for await (const piece of bytesOfPieces(message)) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
