import { toFileError } from '../io/file-errors.node.js';
import { SppgpuError } from '../runtime/errors.js';
import { statusLine } from './status-line.js';

/** What a shell reports of a program that wrote to a pipe which nobody reads: 128 and the number of SIGPIPE. */
const NOBODY_READS = 141;

/** Codes of a reader that went away. EIO is one on a terminal that was closed, and a broken disk everywhere else. */
const GONE: readonly (string | undefined)[] = ['EPIPE', 'ECONNRESET', 'EOF'];

/** Data could not be written to stdout. */
export class OutputLost extends SppgpuError {
  override name = 'OutputLost';

  /** @param gone the reader went away, as `head` does when it has seen enough: no failure, but the end of the work */
  constructor(
    readonly gone: boolean,
    problem: string,
  ) {
    super(problem);
  }

  get exitCode(): number {
    return this.gone ? NOBODY_READS : 1;
  }
}

let lost: OutputLost | null = null;
let told = false;
let worthIt = false;
const ending = new AbortController();

/** Aborts, with an `OutputLost`, when there is nothing left to work for: stdout is lost and was all that the command gives. */
export const outputLost: AbortSignal = ending.signal;

/** The work is worth its while without stdout: the command writes files. To be called before its work begins. */
export function goOnWithoutReader(): void {
  worthIt = true;
}

/** From here on an error of stdout or stderr is not a crash: see `print` and `say`. To be called once, first of all. */
export function guardOutput(): void {
  process.stdout.on('error', onLost);
  // Lines for people are a courtesy: without a reader there is nobody to tell.
  process.stderr.on('error', () => {});
  // The error of the last write comes when the command is done.
  process.on('exit', (code) => {
    if (!lost || code !== 0 || (worthIt && lost.gone)) return;
    tell(lost);
    process.exitCode = lost.exitCode;
  });
}

function onLost(error: NodeJS.ErrnoException): void {
  if (lost) return;
  const gone = GONE.includes(error.code) || (error.code === 'EIO' && process.stdout.isTTY);
  lost = new OutputLost(gone, gone ? 'stdout: nobody reads it any more' : toFileError('stdout', error).message);
  if (worthIt) {
    told = true;
    say(`sppgpu: ${lost.message}; the work goes on, its files will be complete`);
  } else ending.abort(lost);
}

/** The line about lost data, once; none about a reader that has seen enough. */
export function tell(problem: OutputLost): void {
  if (!problem.gone && !told) say(`sppgpu: ${problem.message}`);
  told = true;
}

/**
 * Data on stdout. Nothing is written once stdout is lost.
 * @throws OutputLost then, unless the command goes on for its files
 */
export function print(text: string): void {
  if (lost && !worthIt) throw lost;
  if (lost) return;
  const write = (): void => void process.stdout.write(text);
  if (process.stdout.isTTY) statusLine.above(write);
  else write();
}

/** A line of data on stdout. Throws as `print` does. */
export function printJson(record: unknown): void {
  print(`${JSON.stringify(record)}\n`);
}

/** A line for a person, on stderr. Never fails. */
export function say(line: string): void {
  statusLine.above(() => void process.stderr.write(`${line}\n`));
}
