/** Height and width of a network's input. */
export type InputSize = readonly [height: number, width: number];

/** Pixels of a batch where none are asked for: some twenty inputs of 224 x 224. */
export const MAX_PIXELS = 2 ** 20;

/**
 * Sorts things into batches of one input size each, none with more pixels than `maxPixels` (but at least one thing).
 * Sizes come in order of first appearance, things of a size keep their order.
 */
export function sizeGroups<T>(things: readonly T[], sizeOf: (thing: T) => InputSize, maxPixels: number): T[][] {
  const bySize = new Map<string, T[]>();
  for (const thing of things) {
    const key = sizeOf(thing).join('x');
    const group = bySize.get(key);
    if (group) group.push(thing);
    else bySize.set(key, [thing]);
  }
  return [...bySize.values()].flatMap((group) => {
    const [height, width] = sizeOf(group[0]!);
    const most = Math.max(1, Math.floor(maxPixels / (height * width)));
    return Array.from({ length: Math.ceil(group.length / most) }, (_, i) => group.slice(i * most, (i + 1) * most));
  });
}
