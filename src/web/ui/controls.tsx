import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import type { Progress } from '../engine/wire.js';

export function Slider(props: {
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
  onInput: (value: number) => void;
  show?: (value: number) => string;
}) {
  const { label, min, max, step, value, onInput, show = String } = props;
  const id = useId();
  return (
    <div class="slider">
      <label for={id}>{label}</label>
      <output>{show(value)}</output>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={show(value)}
        onInput={(event) => onInput(Number(event.currentTarget.value))}
      />
    </div>
  );
}

/** A button that asks for files. */
export function FileButton(props: {
  children: ComponentChildren;
  accept: string;
  multiple?: boolean;
  onFiles: (files: File[]) => void;
}) {
  const { children, accept, multiple = false, onFiles } = props;
  return (
    <label class="button">
      {children}
      <input
        class="hidden-input"
        type="file"
        accept={accept}
        multiple={multiple}
        onChange={(event) => {
          const input = event.currentTarget;
          onFiles([...(input.files ?? [])]);
          input.value = '';
        }}
      />
    </label>
  );
}

export function ProgressLine({ progress }: { progress: Progress | null }) {
  if (!progress) return null;
  const { stage, done, of } = progress;
  return (
    <div class="progress">
      <span role="status">{stage}</span>
      <progress max={of} value={done} aria-label={stage} />
      <span>
        {done} / {of}
      </span>
    </div>
  );
}

/** Bars of shares of a whole, with their seconds. */
export function StageBars({ seconds }: { seconds: Readonly<Record<string, number>> }) {
  const stages = Object.entries(seconds).filter(([, own]) => own > 0);
  const whole = stages.reduce((sum, [, own]) => sum + own, 0);
  return (
    <dl class="stages">
      {stages.map(([stage, own]) => (
        <div key={stage}>
          <dt>{stage}</dt>
          <dd>
            <span class="bar" style={{ width: `${Math.max(1, (100 * own) / whole)}%` }} />
            <span class="figure">{timeOf(own)}</span>
          </dd>
        </div>
      ))}
      <div class="sum">
        <dt>in all</dt>
        <dd>
          <span class="figure">{timeOf(whole)}</span>
        </dd>
      </div>
    </dl>
  );
}

const timeOf = (seconds: number): string =>
  seconds < 1 ? `${(1000 * seconds).toFixed(0)} ms` : `${seconds.toFixed(1)} s`;
export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Saves bytes as a file of the reader. */
export function download(bytes: Uint8Array | string, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export const bytesOf = async (file: File): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

/** What may be wider than the page, and then scrolls, by keyboard too. */
export function Scrolling({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
