/**
 * What a terminal acts upon, or what hides how a text reads: control characters, formats such as a change of direction,
 * halves of surrogate pairs, separators of lines. A plain line feed stays.
 */
const HIDDEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Text from outside as messages show it: hidden characters escaped, and cut in its middle to at most `most` characters. */
export function printable(text: string, most = Number.POSITIVE_INFINITY): string {
  return escapeHidden(text.length <= most ? text : `${text.slice(0, most >> 1)}...${text.slice(3 - (most >> 1))}`);
}

/**
 * A value from outside in quotation marks, as messages show it: hidden characters (line feeds too) escaped, and no more
 * than its first `most` characters, with their number where that is not all.
 */
export function quoted(value: unknown, most = 60): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value !== 'string') return printable(asJson(value), most);
  if (value.length <= most) return escapeHidden(JSON.stringify(value));
  return `${escapeHidden(JSON.stringify(`${value.slice(0, most)}...`))} (${value.length} characters)`;
}

/** JSON, or the type of what has none: functions, circles, lists in lists by the thousand. */
function asJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Array.isArray(value) ? 'a list' : `of type ${typeof value}`;
  }
}

function escapeHidden(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const code = character.codePointAt(0)!.toString(16);
    return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, '0')}`;
  });
}
