import { whole } from './sample.mjs';

/** Mean cross-entropy of rows of logits with integer labels, and its gradient (softmax minus one-hot, over n). */
export function softmaxCrossEntropy(logits, labels, n, classes) {
  const gradient = new Float64Array(n * classes);
  let loss = 0;
  for (let row = 0; row < n; row++) {
    const scores = logits.subarray(row * classes, (row + 1) * classes);
    let highest = -Infinity;
    for (const score of scores) highest = Math.max(highest, score);
    let total = 0;
    for (const score of scores) total += Math.exp(score - highest);
    loss += (Math.log(total) + highest - scores[labels[row]]) / n;
    for (let k = 0; k < classes; k++)
      gradient[row * classes + k] = (Math.exp(scores[k] - highest) / total - (k === labels[row] ? 1 : 0)) / n;
  }
  return { loss, gradient };
}

export function crossEntropy({ direction, attributes: { n, classes } }, { x, labels }) {
  const { loss, gradient } = softmaxCrossEntropy(x, labels, n, classes);
  const expected = { loss: whole(Float64Array.of(loss)) };
  return direction === 'fwd' ? expected : { ...expected, dx: whole(gradient, 4096) };
}
