import { createLogUpdate } from 'log-update';

/** What a status line needs of a terminal: `process.stderr`, or the stream of a test. */
export type Terminal = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns' | 'rows'>;

/** Milliseconds between two drawings: more often would only cost time. */
const REDRAW_MS = 100;

/**
 * The last line of a terminal, which changes while a command works. Whoever writes to the same terminal does it through
 * `above`, so that lines stand above it whole. The cursor is never hidden: a process that is killed leaves the terminal as
 * it should be. Nothing happens where there is no terminal, or a dumb one.
 */
export class StatusLine {
  /** Whether there is a terminal that can draw a line anew. */
  readonly live: boolean;
  private readonly draw: ReturnType<typeof createLogUpdate>;
  private text: string | null = null;
  private drawn = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly terminal: Terminal,
    environment: NodeJS.ProcessEnv = process.env,
  ) {
    this.live = terminal.isTTY === true && environment.TERM !== 'dumb';
    this.draw = createLogUpdate(terminal as NodeJS.WriteStream, { showCursor: true });
  }

  /** Shows a text of one line, cut to the width of the terminal. */
  show(text: string): void {
    if (!this.live) return;
    this.text = text;
    if (performance.now() - this.drawn >= REDRAW_MS) this.redraw();
  }

  /** Removes the line. */
  hide(): void {
    if (this.text !== null) this.draw.clear();
    this.text = null;
    this.drawn = Number.NEGATIVE_INFINITY;
  }

  /** Lets whole lines be written to the terminal where the status line stands, and draws it anew below them. */
  above(write: () => void): void {
    if (this.text !== null) this.draw.clear();
    write();
    this.redraw();
  }

  private redraw(): void {
    if (this.text === null) return;
    this.draw(this.text.slice(0, Math.max(1, (this.terminal.columns ?? 80) - 1)));
    this.drawn = performance.now();
  }
}

/** That of this process, on stderr. */
export const statusLine = new StatusLine(process.stderr);
