import { SingleBar } from 'cli-progress';

/** A progress bar with rate and time left on a terminal; a plain line now and then in a log. Always on stderr. */
export class Progress {
  private readonly bar: SingleBar | null = null;
  private readonly started = performance.now();
  /** The first update: a resumed run does not start at 0, and what came before says nothing about its speed. */
  private first: { readonly done: number; readonly seconds: number } | null = null;
  private lastLine = Number.NEGATIVE_INFINITY;
  private done = 0;

  constructor(
    private readonly title: string,
    private readonly total: number,
    private readonly unit: string,
    private readonly everySeconds = 10,
  ) {
    if (!process.stderr.isTTY) return;
    const format = `${title} {bar} {value}/{total} ${unit} | {rate}/s | {left} left {note}`;
    this.bar = new SingleBar({
      format,
      hideCursor: true,
      barsize: 24,
      stream: process.stderr,
      clearOnComplete: true,
      barCompleteChar: '█',
      barIncompleteChar: '░',
    });
    this.bar.start(total, 0, { rate: '-', left: '-', note: '' });
  }

  update(done: number, note = ''): void {
    this.done = done;
    const seconds = (performance.now() - this.started) / 1000;
    this.first ??= { done, seconds };
    const rate = (done - this.first.done) / (seconds - this.first.seconds);
    const left = rate > 0 ? duration((this.total - done) / rate) : '-';
    const shown = !(rate > 0) ? '-' : rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2);
    if (this.bar) {
      this.bar.update(done, { rate: shown, left, note });
    } else if (seconds - this.lastLine >= this.everySeconds && done < this.total) {
      this.lastLine = seconds;
      process.stderr.write(
        `${this.title} ${done}/${this.total} ${this.unit} | ${shown}/s | ${left} left ${note}`.trimEnd().concat('\n'),
      );
    }
  }

  advance(by = 1, note = ''): void {
    this.update(this.done + by, note);
  }

  stop(): void {
    this.bar?.stop();
  }
}

/** `75 s`, `12 min`, `3 h 20 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
