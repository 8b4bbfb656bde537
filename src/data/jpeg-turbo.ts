/**
 * libjpeg-turbo as WebAssembly: the file of npm's `@cwasm/jpeg-turbo`, called by its TurboJPEG interface. It decodes as the C
 * library does: accurate transform, interpolated chroma, all samplings and scan scripts.
 */

/** What `decode` found: the samples, and the library's first complaint about the data, if any. */
export interface TurboResult {
  /** `height * width * samples` bytes, red, green, blue or (as stored) cyan, magenta, yellow, black. */
  readonly data: Uint8Array<ArrayBuffer>;
  readonly warning: string | undefined;
}

/** The library gave up; its message. */
export class TurboError extends Error {}

interface Exports {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  free(pointer: number): void;
  tjInitDecompress(): number;
  tjDestroy(handle: number): void;
  tjDecompress2(
    handle: number,
    file: number,
    fileBytes: number,
    target: number,
    width: number,
    pitch: number,
    height: number,
    format: number,
    flags: number,
  ): number;
}

/** TJPF_RGB and TJPF_CMYK of turbojpeg.h. */
const FORMATS = { 3: 0, 4: 11 } as const;
/** An instance whose memory grew further is thrown away after its picture: WebAssembly memory never shrinks. */
const MAX_KEPT_BYTES = 2 ** 25;
/** Not a JPEG file: the library says so, and where its message lies in memory shows where all others will. */
const PROBE = Uint8Array.of(0x53, 0x50, 0x50, 0x53);
const PROBE_MESSAGE = 'Not a JPEG file: starts with 0x53 0x50';

let compiled: Promise<WebAssembly.Module> | undefined;
let idle: TurboDecoder | undefined;

/**
 * Decodes a JPEG whose frame header says `width`, `height`; `samples` is 4 for a file of four components, else 3.
 * @throws TurboError with the library's message
 */
export async function decodeTurbo(
  file: Uint8Array,
  width: number,
  height: number,
  samples: 3 | 4,
): Promise<TurboResult> {
  compiled ??= compile();
  const decoder = idle ?? new TurboDecoder(await compiled);
  idle = undefined;
  const result = decoder.decode(file, width, height, samples);
  // Not reached after an error: the library jumps out of its functions and leaves its memory as it was.
  if (decoder.memoryBytes <= MAX_KEPT_BYTES) idle = decoder;
  return result;
}

async function compile(): Promise<WebAssembly.Module> {
  const { default: base64 } = await import('@cwasm/jpeg-turbo/jpeg-turbo.wasm?base64');
  return WebAssembly.compile(Uint8Array.from(atob(base64), (character) => character.charCodeAt(0)));
}

class TurboDecoder {
  private readonly library: Exports;
  /** Address of the text that the library writes its messages to. */
  private readonly message: number;

  constructor(module: WebAssembly.Module) {
    const nothing = () => 0;
    const stop = () => {
      throw new TurboError();
    };
    const system = { environ_sizes_get: nothing, environ_get: nothing, fd_close: nothing, fd_seek: nothing };
    const instance = new WebAssembly.Instance(module, {
      env: { setjmp: nothing, longjmp: stop },
      wasi_snapshot_preview1: { ...system, fd_write: nothing, proc_exit: stop },
    });
    this.library = instance.exports as unknown as Exports;
    this.message = this.findMessage();
  }

  get memoryBytes(): number {
    return this.library.memory.buffer.byteLength;
  }

  decode(file: Uint8Array, width: number, height: number, samples: 3 | 4): TurboResult {
    try {
      return this.run(file, width, height, samples);
    } catch (error) {
      if (error instanceof TurboError) throw new TurboError(error.message || this.readMessage());
      throw new TurboError(`the decoder stopped: ${(error as Error).message}`);
    }
  }

  private run(file: Uint8Array, width: number, height: number, samples: 3 | 4): TurboResult {
    const { library } = this;
    const bytes = width * height * samples;
    const [source, target, handle] = [library.malloc(file.length), library.malloc(bytes), library.tjInitDecompress()];
    if (!source || !target || !handle) throw new TurboError('not enough memory');
    new Uint8Array(library.memory.buffer).set(file, source);
    const status = library.tjDecompress2(
      handle,
      source,
      file.length,
      target,
      width,
      width * samples,
      height,
      FORMATS[samples],
      0,
    );
    const data = new Uint8Array(library.memory.buffer, target, bytes).slice();
    library.tjDestroy(handle);
    library.free(source);
    library.free(target);
    return { data, warning: status === 0 ? undefined : this.readMessage() };
  }

  private findMessage(): number {
    try {
      this.run(PROBE, 1, 1, 3);
    } catch (error) {
      if (!(error instanceof TurboError)) throw error;
    }
    const memory = new Uint8Array(this.library.memory.buffer);
    const text = Array.from(PROBE_MESSAGE, (character) => character.charCodeAt(0));
    let at = memory.indexOf(text[0]!);
    while (at >= 0 && text.some((byte, i) => memory[at + i] !== byte)) at = memory.indexOf(text[0]!, at + 1);
    return at;
  }

  private readMessage(): string {
    if (this.message < 0) return 'damaged data';
    const memory = new Uint8Array(this.library.memory.buffer, this.message, 200);
    return String.fromCharCode(...memory.subarray(0, memory.indexOf(0)));
  }
}
