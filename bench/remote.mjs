import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const node = (runner) => [process.execPath, here('child.mjs'), here(runner)];

/** How each library's process is started. Adding one is its runner file and a line here. */
export const RUNNERS = {
  sppgpu: node('dist/sppgpu.js'), // sppgpu.ts, bundled (bundle.mjs)
  tfjs: node('peers/tfjs.mjs'),
  jax: node('peers/jax.mjs'),
  torch: [process.env.PYTHON ?? 'python3', here('peers/torch_cpu.py')],
};

/** One library in a child process (see child.mjs for what is said); a process that died or hung is replaced. */
export class Remote {
  #child = null;
  #pending = null;

  constructor(name, { adapter, verbose = false, timeoutMs = 240_000 } = {}) {
    if (!RUNNERS[name]) throw new Error(`no runner "${name}"; there are ${Object.keys(RUNNERS).join(', ')}`);
    Object.assign(this, { name, adapter, verbose, timeoutMs });
  }

  /** Starts the process and opens its device. @returns `{library, adapter, software}` */
  async start() {
    const [command, ...args] = RUNNERS[this.name];
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', this.verbose ? 'inherit' : 'ignore'] });
    this.#child = child;
    const gone = (why) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#pending?.reject(new Error(`the process of ${this.name} ${why}`));
    };
    child.on('error', (error) => gone(`did not start: ${error.message}`));
    child.on('exit', (code, signal) => gone(`ended with ${signal ?? `code ${code}`}`));
    child.stdin.on('error', () => {}); // reported by 'exit'
    createInterface({ input: child.stdout }).on('line', (line) => this.#pending?.resolve(JSON.parse(line)));
    return this.#send({ command: 'setup', adapter: this.adapter });
  }

  /** Sends one command. @throws Error with the library's own message, or about a dead or hanging process. */
  async ask(message) {
    if (!this.#child) await this.start();
    return this.#send(message);
  }

  async #send(message) {
    let timer;
    const reply = await new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
      timer = setTimeout(() => {
        this.stop();
        reject(new Error(`no answer to "${message.command}" within ${this.timeoutMs / 1000} s`));
      }, this.timeoutMs);
      this.#child.stdin.write(`${JSON.stringify(message)}\n`);
    }).finally(() => {
      clearTimeout(timer);
      this.#pending = null;
    });
    if (reply.error) throw new Error(reply.error);
    return reply;
  }

  stop() {
    const child = this.#child;
    this.#child = null;
    child?.kill('SIGKILL');
  }
}
