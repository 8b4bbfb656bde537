const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const REFERENCE = /&(?:#(?<decimal>\d{1,7})|#x(?<hex>[\da-f]{1,6})|(?<name>amp|lt|gt|quot|apos));/giu;

/**
 * Text of XML with its character references and the five entities that XML itself has, each decoded once: what comes out is
 * never longer and is not looked at again. All other entities stay as they are written.
 */
export function decodeEntities(text: string): string {
  return text.replace(REFERENCE, (reference, ...rest) => {
    const { decimal, hex, name } = rest.at(-1) as Partial<Record<'decimal' | 'hex' | 'name', string>>;
    if (name !== undefined) return PREDEFINED[name] ?? reference;
    const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
    return isCharacter(code) ? String.fromCodePoint(code) : reference;
  });
}

/** XML 1.0, production 2: no NUL, no halves of surrogate pairs, nothing beyond Unicode. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x9 || code === 0xa || code === 0xd;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0xfffd) || (code >= 0x10000 && code <= 0x10ffff);
}
