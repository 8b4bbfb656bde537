/** Compares scores, better first: NaN comes after everything else, also after -Infinity, and equals NaN. */
export function betterFirst(a: number, b: number): number {
  if (a < b) return 1;
  if (a > b) return -1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
}

/** How the commands say it where they print a mean average precision. */
export const TIE_RULE = 'pictures of equal scores share their rank; a score that is NaN ranks last';
