import { say } from './output.js';
import { statusLine } from './status-line.js';

const BAR = 24;

/** A progress bar with rate and time left on a terminal; a plain line now and then in a log. Always on stderr. */
export class Progress {
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
    this.show(`${this.bar(0)} 0/${total} ${unit}`);
  }

  /** @param left seconds, where more is known than the rate so far says */
  update(done: number, note = '', left?: number): void {
    this.done = done;
    const seconds = (performance.now() - this.started) / 1000;
    this.first ??= { done, seconds };
    const rate = (done - this.first.done) / (seconds - this.first.seconds);
    const rest = left ?? (rate > 0 ? (this.total - done) / rate : Number.NaN);
    const shown = !(rate > 0) ? '-' : rate >= 10 ? rate.toFixed(0) : rate.toPrecision(2);
    const numbers = `${done}/${this.total} ${this.unit} | ${shown}/s | ${duration(rest)} left ${note}`.trimEnd();
    this.show(`${this.bar(done)} ${numbers}`);
    if (!statusLine.live && seconds - this.lastLine >= this.everySeconds && done < this.total) {
      this.lastLine = seconds;
      say(`${this.title} ${numbers}`);
    }
  }

  advance(by = 1, note = ''): void {
    this.update(this.done + by, note);
  }

  stop(): void {
    statusLine.hide();
  }

  private show(text: string): void {
    statusLine.show(`${this.title} ${text}`);
  }

  private bar(done: number): string {
    const filled = Math.round(BAR * Math.min(1, done / this.total));
    return '█'.repeat(filled) + '░'.repeat(BAR - filled);
  }
}

/** `75 s`, `12 min`, `3 h 20 min`. */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '-';
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
