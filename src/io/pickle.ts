import { FileError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';

/** A pickle names code, and would run it where Python reads it. Here a name is only a name. */
export class PickledName {
  constructor(readonly name: string) {}
}

/** What a pickle calls from outside itself: the storage of a tensor. */
export class PickledReference {
  constructor(readonly id: unknown) {}
}

/** What a call with a name may make: the only "code" that there is. */
export type PickleCalls = Readonly<Record<string, (...given: readonly unknown[]) => unknown>>;

/** How a pickle is read: the names that it may call, and where it begins. */
export interface PickleRules {
  readonly calls: PickleCalls;
  /** What to do where a pickle calls another name; `pending` is what has been read by then and not put anywhere. */
  readonly wayOut?: (name: string, pending: readonly unknown[]) => string;
  /** Its first byte (0). */
  readonly start?: number;
}

/** A pickle whose end is not among the bytes. */
export class PickleCut extends FileError {}

const MARK = Symbol('mark');
const WAY_OUT = 'it is damaged or of another kind, get it again';

/**
 * Reads a pickle of protocols 2 to 5 without running anything: containers, texts, numbers, references, and calls of the listed
 * names. Values come as `Map`, arrays, strings, numbers, bigints, booleans and null.
 * @returns the value, and the place behind the pickle
 * @throws FileError for a name that is not listed, with that name, and for anything that is damaged or not known
 * @throws PickleCut where the bytes end before it does
 */
export function readPickle(
  bytes: Uint8Array,
  file: string,
  options: PickleRules,
): { readonly value: unknown; readonly end: number } {
  const reader = new Reader(bytes, file, options);
  const value = reader.run();
  return { value, end: reader.at };
}

class Reader {
  at: number;
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
    private readonly options: PickleRules,
  ) {
    this.at = options.start ?? 0;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  run(): unknown {
    for (;;) {
      const code = this.take(1)[0]!;
      if (code === 0x2e) return this.pop(); // STOP
      const step = STEPS.get(code);
      if (!step) throw this.damaged(`the pickle's instruction 0x${code.toString(16)} is not known`);
      step(this);
    }
  }

  damaged(problem: string, wayOut = WAY_OUT): FileError {
    return new FileError(this.file, problem, wayOut);
  }

  private cut(): PickleCut {
    return new PickleCut(this.file, 'the pickle ends in the middle', WAY_OUT);
  }

  take(count: number): Uint8Array {
    const end = this.at + count;
    if (!(count >= 0) || end > this.bytes.length) throw this.cut();
    const part = this.bytes.subarray(this.at, end);
    this.at = end;
    return part;
  }

  /** An unsigned little-endian number of 1, 2, 4 or 8 bytes. */
  count(width: number): number {
    const part = this.take(width);
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = value * 256 + part[i]!;
    return value;
  }

  int32(): number {
    this.take(4);
    return this.view.getInt32(this.at - 4, true);
  }

  float(): number {
    this.take(8);
    return this.view.getFloat64(this.at - 8);
  }

  /** A signed little-endian number of any width: a number where that is exact. */
  long(width: number): number | bigint {
    const part = this.take(width);
    let value = 0n;
    for (let i = width - 1; i >= 0; i--) value = (value << 8n) | BigInt(part[i]!);
    if (width > 0 && part[width - 1]! >= 0x80) value -= 1n << BigInt(8 * width);
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  text(length: number): string {
    return new TextDecoder().decode(this.take(length));
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.at);
    if (end < 0) throw this.cut();
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw this.damaged('the pickle takes more than it has');
    return this.stack.pop();
  }

  top(): unknown {
    return this.stack.at(-1);
  }

  /** What has been pushed since the last mark. */
  marked(): unknown[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw this.damaged('the pickle takes more than it has');
    return this.stack.splice(mark).slice(1);
  }

  keep(index = this.memo.size): void {
    this.memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.memo.has(index)) throw this.damaged('the pickle recalls what it never had');
    this.push(this.memo.get(index));
  }

  name(module: unknown, name: unknown): void {
    this.push(new PickledName(`${module}.${name}`));
  }

  call(given: unknown, called: unknown): void {
    const { calls, wayOut } = this.options;
    const known = called instanceof PickledName && Object.hasOwn(calls, called.name);
    if (!known) {
      const name = calledName(called);
      throw this.damaged(`wants to run ${quoted(name)}, and nothing in a file is run`, wayOut?.(name, this.stack));
    }
    this.push(calls[(called as PickledName).name]!(...(Array.isArray(given) ? given : [])));
  }

  append(values: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.damaged('the pickle appends to what is not a list');
    for (const value of values) list.push(value);
  }

  dict(pairs: readonly unknown[]): void {
    this.push(new Map());
    this.set(pairs);
  }

  set(pairs: readonly unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || pairs.length % 2 !== 0)
      throw this.damaged('the pickle sets items of what is not a dict');
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i];
      // A key that holds others could be as long as it likes.
      if (typeof key === 'object' && key !== null)
        throw this.damaged('the pickle has a key that is not a text or a number');
      dict.set(String(key), pairs[i + 1]);
    }
  }
}

/** Classes of modules come as references with the text of their source in files before PyTorch 1.6. */
function calledName(called: unknown): string {
  const name = called instanceof PickledReference && Array.isArray(called.id) ? called.id[1] : called;
  return name instanceof PickledName ? name.name : typeof called;
}

/** Every instruction by its byte. */
const STEPS: ReadonlyMap<number, (r: Reader) => void> = new Map<number, (r: Reader) => void>([
  [0x28, (r) => r.push(MARK)],
  [0x29, (r) => r.push([])], // EMPTY_TUPLE
  [0x30, (r) => void r.pop()], // POP
  [0x31, (r) => void r.marked()], // POP_MARK
  [0x32, (r) => r.push(r.top())], // DUP
  [0x42, (r) => r.push(r.take(r.count(4)).slice())], // BINBYTES
  [0x43, (r) => r.push(r.take(r.count(1)).slice())], // SHORT_BINBYTES
  [0x47, (r) => r.push(r.float())], // BINFLOAT
  [0x4a, (r) => r.push(r.int32())], // BININT
  [0x4b, (r) => r.push(r.count(1))], // BININT1
  [0x4d, (r) => r.push(r.count(2))], // BININT2
  [0x4e, (r) => r.push(null)], // NONE
  [0x51, (r) => r.push(new PickledReference(r.pop()))], // BINPERSID
  [0x52, (r) => r.call(r.pop(), r.pop())], // REDUCE
  [0x54, (r) => r.push(r.text(r.count(4)))], // BINSTRING: a text of Python 2
  [0x55, (r) => r.push(r.text(r.count(1)))], // SHORT_BINSTRING
  [0x58, (r) => r.push(r.text(r.count(4)))], // BINUNICODE
  [0x5d, (r) => r.push([])], // EMPTY_LIST
  [0x61, (r) => r.append([r.pop()])], // APPEND
  [0x62, (r) => void r.pop()], // BUILD: attributes of an object (a state dict's metadata) are left out
  [0x63, (r) => r.name(r.line(), r.line())], // GLOBAL
  [0x64, (r) => r.dict(r.marked())], // DICT
  [0x65, (r) => r.append(r.marked())], // APPENDS
  [0x68, (r) => r.recall(r.count(1))], // BINGET
  [0x6a, (r) => r.recall(r.count(4))], // LONG_BINGET
  [0x6c, (r) => r.push(r.marked())], // LIST
  [0x71, (r) => r.keep(r.count(1))], // BINPUT
  [0x72, (r) => r.keep(r.count(4))], // LONG_BINPUT
  [0x73, (r) => r.set([r.pop(), r.pop()].reverse())], // SETITEM
  [0x74, (r) => r.push(r.marked())], // TUPLE
  [0x75, (r) => r.set(r.marked())], // SETITEMS
  [0x7d, (r) => r.push(new Map())], // EMPTY_DICT
  [0x80, (r) => void r.take(1)], // PROTO
  [0x81, (r) => r.call(r.pop(), r.pop())], // NEWOBJ
  [0x85, (r) => r.push([r.pop()])], // TUPLE1
  [0x86, (r) => r.push([r.pop(), r.pop()].reverse())], // TUPLE2
  [0x87, (r) => r.push([r.pop(), r.pop(), r.pop()].reverse())], // TUPLE3
  [0x88, (r) => r.push(true)],
  [0x89, (r) => r.push(false)],
  [0x8a, (r) => r.push(r.long(r.count(1)))], // LONG1
  [0x8b, (r) => r.push(r.long(r.count(4)))], // LONG4
  [0x8c, (r) => r.push(r.text(r.count(1)))], // SHORT_BINUNICODE
  [0x8d, (r) => r.push(r.text(r.count(8)))], // BINUNICODE8
  [0x8e, (r) => r.push(r.take(r.count(8)).slice())], // BINBYTES8
  [0x8f, (r) => r.push([])], // EMPTY_SET
  [0x90, (r) => r.append(r.marked())], // ADDITEMS
  [0x91, (r) => r.push(r.marked())], // FROZENSET
  [
    0x93, // STACK_GLOBAL
    (r) => {
      const name = r.pop();
      r.name(r.pop(), name);
    },
  ],
  [0x94, (r) => r.keep()], // MEMOIZE
  [0x95, (r) => void r.take(8)], // FRAME
  [0x96, (r) => r.push(r.take(r.count(8)).slice())], // BYTEARRAY8
]);
