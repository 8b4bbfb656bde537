import type { DigitSource } from '../../data/digits.js';

const SIDE = 28;

let known: Promise<DigitSource> | null = null;

/** The digits that the page ships, unpacked once. */
export function digitSource(): Promise<DigitSource> {
  known ??= unpack();
  return known;
}

async function unpack(): Promise<DigitSource> {
  const { packed, counts } = await import('virtual:digits');
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const pixels = new Uint8Array(await new Response(stream).arrayBuffer());
  return { side: SIDE, pixels, labels: Uint8Array.from(counts.flatMap((count, digit) => Array(count).fill(digit))) };
}
