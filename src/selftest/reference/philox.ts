/**
 * Philox4x32-10 (Salmon et al. 2011), written a second time with 64-bit integers so that it shares nothing with the
 * generator it checks.
 */

const LOW = 0xffffffffn;

/** The four words of one block. */
export function philoxBlock(counter: readonly number[], key: readonly number[]): number[] {
  let [a, b, c, d] = counter.map((word) => BigInt(word) & LOW) as [bigint, bigint, bigint, bigint];
  let [k, l] = key.map((word) => BigInt(word) & LOW) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const first = a * 0xd2511f53n;
    const second = c * 0xcd9e8d57n;
    [a, b, c, d] = [(second >> 32n) ^ b ^ k, second & LOW, (first >> 32n) ^ d ^ l, first & LOW];
    k = (k + 0x9e3779b9n) & LOW;
    l = (l + 0xbb67ae85n) & LOW;
  }
  return [a, b, c, d].map(Number);
}

/** `count` words of a seed's stream from block `offset` on; the offset fills the counter's low half, the seed is the key. */
export function philoxWords(count: number, seed: number, offset = 0): number[] {
  const halves = (value: number) => [value % 2 ** 32, Math.floor(value / 2 ** 32)];
  const blocks = Array.from({ length: Math.ceil(count / 4) }, (_, i) =>
    philoxBlock([...halves(offset + i), 0, 0], halves(seed)),
  );
  return blocks.flat().slice(0, count);
}
