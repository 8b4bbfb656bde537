/**
 * The score above which the F1 of precision and recall is best over some examples: halfway between the lowest score that is
 * taken and the next one below it. Equal scores are taken together; of equally good thresholds the highest.
 * @param scores of the examples, finite
 * @param targets above 0 for positives
 * @returns 0 where there is no positive
 */
export function bestThreshold(scores: ArrayLike<number>, targets: ArrayLike<number>): number {
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const positives = order.filter((i) => targets[i]! > 0).length;
  let [best, threshold, found] = [0, 0, 0];
  for (const [place, i] of order.entries()) {
    if (targets[i]! > 0) found++;
    const next = order[place + 1];
    if (next !== undefined && scores[next] === scores[i]) continue;
    const f1 = (2 * found) / (place + 1 + positives);
    if (f1 <= best) continue;
    best = f1;
    threshold =
      next === undefined
        ? scores[i]! - Math.abs(scores[i]!) * 1e-6 - Number.MIN_VALUE
        : (scores[i]! + scores[next]!) / 2;
  }
  return threshold;
}
