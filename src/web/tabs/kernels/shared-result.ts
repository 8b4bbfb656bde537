import type { RungLine } from '../../../bench/time-rungs.js';

/** A result that travels in a link. */
export interface SharedResult {
  readonly family: string;
  readonly size: number;
  readonly adapter: string;
  /** Rung and milliseconds; null where it gave no right result. */
  readonly lines: readonly (readonly [rung: string, ms: number | null])[];
}

const PREFIX = '#kernels/';
const MOST_LINES = 64;
/** Of work that the page asks for. */
export const MOST_SIZE = 4096;

/** Whether an address says that it carries a result. */
export const carriesResult = (hash: string): boolean => hash.startsWith(PREFIX);

export function linkOf(family: string, size: number, adapter: string, lines: readonly RungLine[]): string {
  const shared: SharedResult = {
    family,
    size,
    adapter,
    lines: lines.map(({ rung, ms, ok }) => [rung, ok ? ms : null]),
  };
  return PREFIX + encodeURIComponent(JSON.stringify(shared));
}

/** The result of a link; null for one that has none, or was damaged on its way. */
export function sharedResult(hash: string): SharedResult | null {
  if (!carriesResult(hash)) return null;
  try {
    const { family, size, adapter, lines } = JSON.parse(decodeURIComponent(hash.slice(PREFIX.length))) as SharedResult;
    const isLine = (line: unknown): boolean =>
      Array.isArray(line) && typeof line[0] === 'string' && (line[1] === null || Number.isFinite(line[1]));
    const sound = [family, adapter].every((text) => typeof text === 'string' && text.length < 200);
    if (!sound || !Number.isSafeInteger(size) || size < 1 || size > MOST_SIZE) return null;
    if (!Array.isArray(lines) || lines.length > MOST_LINES) return null;
    return lines.every(isLine) ? { family, size, adapter, lines } : null;
  } catch {
    return null;
  }
}
