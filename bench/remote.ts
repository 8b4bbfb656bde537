import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const node = (runner: string): string[] => [
  process.execPath,
  here('peers/dist/child.js'),
  here(`peers/dist/${runner}.js`),
];

/** How each library's process is started. Adding one is its runner file and a line here. */
export const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  // Bundles of sppgpu.ts and of the files in peers/ (bundle.ts).
  sppgpu: node('sppgpu'),
  tfjs: node('tfjs'),
  jax: node('jax'),
  ort: node('ort'),
  'tfjs-wasm': node('tfjs-wasm'),
  'jax-wasm': node('jax-wasm'),
  torch: [process.env.PYTHON ?? 'python3', here('peers/torch_cpu.py')],
};

/** Those that compute on the CPU, whatever adapter the others have. */
export const ON_CPU: ReadonlySet<string> = new Set(['tfjs-wasm', 'jax-wasm', 'torch']);

/** A command as `child.ts` lists them. */
type Message = { readonly command: string } & Readonly<Record<string, unknown>>;

/** All that a library may answer; each command has its own part of it. */
export interface Answer {
  readonly library: string;
  readonly adapter: string;
  readonly software: boolean;
  readonly ways: string[];
  readonly skipped?: boolean;
  readonly slower?: boolean;
  readonly coldMs: number;
  readonly values: Record<string, number[] | undefined>;
  readonly problems?: string[];
  readonly ms: number[];
  readonly inner: number;
  readonly error?: string;
}

export interface RemoteOptions {
  readonly adapter?: string | undefined;
  readonly verbose?: boolean;
  readonly timeoutMs?: number;
}

/**
 * One library in a child process (see child.ts for what is said); a process that died or hung is replaced. It is halted while it is not
 * asked: threads of some libraries go on looking for work, which takes cores from the one that is timed.
 */
export class Remote {
  #child: ChildProcess | null = null;
  #pending: { resolve(answer: Answer): void; reject(error: Error): void } | null = null;
  readonly name: string;
  readonly #options: RemoteOptions;

  constructor(name: string, options: RemoteOptions = {}) {
    if (!RUNNERS[name]) throw new Error(`no runner "${name}"; there are ${Object.keys(RUNNERS).join(', ')}`);
    this.name = name;
    this.#options = options;
  }

  /** Starts the process and opens its device. @returns `{library, adapter, software}` */
  async start(): Promise<Answer> {
    const [command, ...args] = RUNNERS[this.name]! as [string, ...string[]];
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    let last = ''; // the line that says why a process ended, such as a Python without torch
    if (this.#options.verbose) child.stderr!.pipe(process.stderr);
    createInterface({ input: child.stderr! }).on('line', (line) => {
      last = line.trim() || last;
    });
    const gone = (why: string) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#pending?.reject(new Error(`the process of ${this.name} ${why}`));
    };
    child.on('error', (error) => gone(`did not start: ${error.message}`));
    child.on('close', (code, signal) => gone(`ended with ${signal ?? `code ${code}`}${last && `: ${last}`}`));
    child.stdin!.on('error', () => {}); // reported by 'close'
    createInterface({ input: child.stdout! }).on('line', (line) => this.#pending?.resolve(JSON.parse(line)));
    return this.#send({ command: 'setup', adapter: this.#options.adapter });
  }

  /** Sends one command. @throws Error with the library's own message, or about a dead or hanging process. */
  async ask(message: Message): Promise<Answer> {
    if (!this.#child) await this.start();
    return this.#send(message);
  }

  async #send(message: Message): Promise<Answer> {
    const { timeoutMs = 240_000 } = this.#options;
    let timer: NodeJS.Timeout;
    const reply = await new Promise<Answer>((resolve, reject) => {
      this.#pending = { resolve, reject };
      timer = setTimeout(() => {
        this.stop();
        reject(new Error(`no answer to "${message.command}" within ${timeoutMs / 1000} s`));
      }, timeoutMs);
      this.#signal('SIGCONT');
      this.#child!.stdin!.write(`${JSON.stringify(message)}\n`);
    }).finally(() => {
      clearTimeout(timer);
      this.#pending = null;
      this.#signal('SIGSTOP');
    });
    if (reply.error) throw new Error(reply.error);
    return reply;
  }

  /** Halts the process, or lets it go on, where the system can do that. */
  #signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    if (process.platform !== 'win32') this.#child?.kill(signal);
  }

  stop(): void {
    const child = this.#child;
    this.#child = null;
    child?.kill('SIGKILL');
  }
}
