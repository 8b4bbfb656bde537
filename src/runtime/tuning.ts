import type { AdapterInfo } from './adapter.js';
import { SppgpuError } from './errors.js';
import { printable } from './quote.js';

/** Work for which an op has several rungs. */
export interface TuningQuestion {
  readonly family: string;
  /** What this work has in common with all that wants the same rung. */
  readonly bucket: string;
  /** Hash of the text of all kernels of the family. */
  readonly shaders: string;
  /** The work itself, as the family describes it. */
  readonly work: unknown;
  readonly device: AdapterInfo;
}

/** What chooses rungs in the place of a ladder's rules. The same answers give the same bits. */
export interface Tuning {
  /** The rung for this work; undefined leaves it to the rules. */
  rungFor(question: TuningQuestion): string | undefined;
}

/** A rung as it was measured. */
export interface TuningCandidate {
  readonly rung: string;
  /** The result agreed with float64. */
  readonly ok: boolean;
  /** Median milliseconds; null where the result was wrong or the rung could not do the work. */
  readonly ms: number | null;
  readonly problem?: string;
}

/** What was measured for one bucket on one device: winner and losers. */
export interface TuningEntry {
  readonly family: string;
  readonly bucket: string;
  readonly device: string;
  readonly driver: string;
  readonly shaders: string;
  readonly rung: string;
  readonly candidates: readonly TuningCandidate[];
}

const FORMAT = 'sppgpu tuning 1';

/** How a table names a device, and its driver. */
export function tuningDevice({ name, vendor, architecture, description }: AdapterInfo) {
  return { device: name, driver: [vendor, architecture, description].filter(Boolean).join(' ') };
}

type Key = Pick<TuningEntry, 'family' | 'bucket' | 'device' | 'driver' | 'shaders'>;

const keyOf = ({ family, bucket, device, driver, shaders }: Key): string =>
  JSON.stringify([family, bucket, device, driver, shaders]);

/**
 * Measured choices, of any number of devices. What was measured elsewhere, or with other shaders, counts for nothing. As text
 * (`JSON.stringify(table)`, `TuningTable.parse(text)`) it lives in a file, or in a page's own storage.
 */
export class TuningTable implements Tuning {
  private readonly entries = new Map<string, TuningEntry>();

  constructor(entries: readonly TuningEntry[] = []) {
    for (const entry of entries) this.set(entry);
  }

  /** The table that `toJSON` wrote. @throws SppgpuError for anything else; `name` stands for it in the message */
  static parse(text: string, name = 'tuning table'): TuningTable {
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch {
      content = null;
    }
    const { format, entries } = (content ?? {}) as { format?: unknown; entries?: unknown };
    if (format !== FORMAT || !Array.isArray(entries) || !entries.every(isEntry)) {
      throw new SppgpuError(
        `${printable(name, 200)} is not a tuning table of this version; make one with \`sppgpu tune\``,
      );
    }
    return new TuningTable(entries);
  }

  /** Takes the place of what was known of this bucket on this device with these shaders. */
  set(entry: TuningEntry): void {
    this.entries.set(keyOf(entry), entry);
  }

  rungFor({ family, bucket, shaders, device }: TuningQuestion): string | undefined {
    return this.entries.get(keyOf({ family, bucket, shaders, ...tuningDevice(device) }))?.rung;
  }

  /** Every entry, in the order in which they were added. */
  list(): readonly TuningEntry[] {
    return [...this.entries.values()];
  }

  /** What `JSON.stringify` writes. */
  toJSON(): object {
    return { format: FORMAT, entries: this.list() };
  }
}

function isEntry(value: unknown): value is TuningEntry {
  if (typeof value !== 'object' || value === null) return false;
  const entry = value as Record<keyof TuningEntry, unknown>;
  const texts = [entry.family, entry.bucket, entry.device, entry.driver, entry.shaders, entry.rung];
  return texts.every((text) => typeof text === 'string') && Array.isArray(entry.candidates);
}
