/** Numbers and names as people read them. NaN and missing numbers are a dash. */

const DASH = '–';
const integer = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const known = (value: number | undefined): value is number => value !== undefined && Number.isFinite(value);

/** 12800 -> "12,800". */
export function count(value: number | undefined): string {
  return known(value) ? integer.format(value) : DASH;
}

/** 0.9835 -> "98.35 %" (no-break space). */
export function percent(share: number | undefined, digits = 1): string {
  return known(share) ? `${(100 * share).toFixed(digits)}\u00a0%` : DASH;
}

/** A difference with its sign: 2.13 -> "+2.1", -0.5 -> "−0.5". */
export function signed(value: number, digits = 1): string {
  if (!known(value)) return DASH;
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** A number of any magnitude in about `digits` figures: 0.0123, 4.57, 1,250, 1.0e-7. */
export function number(value: number | undefined, digits = 3): string {
  if (!known(value)) return DASH;
  const size = Math.abs(value);
  if (size >= 1000) return integer.format(value);
  if (size !== 0 && size < 1e-4) return value.toExponential(1);
  return String(Number(value.toPrecision(digits)));
}

/** 252 -> "4 min 12 s". */
export function duration(seconds: number | undefined): string {
  if (!known(seconds) || seconds < 0) return DASH;
  if (seconds < 60) return `${number(seconds)}\u00a0s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return hours > 0 ? `${hours}\u00a0h ${minutes}\u00a0min` : `${minutes}\u00a0min ${rest}\u00a0s`;
}

/** Cuts a name to `length` characters (whole code points), the last one an ellipsis. */
export function shorten(text: string, length = 48): string {
  const characters = Array.from(text.length > 4 * length ? text.slice(0, 4 * length) : text);
  return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

/** "1 image", "2 images". */
export function plural(value: number, noun: string): string {
  return `${count(value)}\u00a0${noun}${value === 1 ? '' : 's'}`;
}
