/** More annotators than any picture has. */
const MOST = 64;
/** Whether the mean was rounded or cut off: a byte is less than one off. */
const OFF = 1;

/** How many people marked each pixel, and how many there were, from their mean. */
export interface Votes {
  readonly annotators: number;
  readonly votes: Uint16Array;
}

/**
 * Undoes a mean of boundary maps: the smallest number of annotators whose shares, x 255, all bytes are. A number that divides
 * the real one gives the same shares. Bytes that no number of annotators explains are split into 64.
 */
export function votesOf(marked: Uint8Array): Votes {
  const values = [...new Set(marked)];
  const explains = (people: number): boolean =>
    values.every((value) => Math.abs(value - (255 * Math.round((value * people) / 255)) / people) < OFF);
  let annotators = 1;
  while (annotators < MOST && !explains(annotators)) annotators++;
  // What somebody marked has a vote at least, however it was rounded.
  const votes = Uint16Array.from(marked, (value) =>
    value === 0 ? 0 : Math.max(1, Math.round((value * annotators) / 255)),
  );
  return { annotators, votes };
}
