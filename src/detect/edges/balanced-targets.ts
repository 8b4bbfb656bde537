/** How human boundaries become what a net learns. */
export interface BalanceOptions {
  /**
   * Share of annotators from which a pixel is a boundary. One that fewer have marked teaches nothing; one that nobody has
   * marked is none.
   */
  readonly consensus: number;
  /** Factor of the weight of pixels without boundary. */
  readonly negative: number;
}

/** As Liu et al. 2017 ("Richer convolutional features for edge detection"), but for the consensus, 0.5 there. */
export const DEFAULT_BALANCE: BalanceOptions = { consensus: 0.3, negative: 1.1 };

export interface BalancedTargets {
  /** 1 on a boundary. */
  readonly targets: Float32Array;
  /** The share of the other class on a pixel that counts, so that both classes weigh the same in the batch. */
  readonly weights: Float32Array;
}

/**
 * Targets and weights of class-balanced cross-entropy (Xie and Tu 2015, equation 2).
 * @param marked shares of annotators that marked each pixel, x 255
 */
export function balancedTargets(
  marked: Uint8Array,
  { consensus, negative }: BalanceOptions = DEFAULT_BALANCE,
): BalancedTargets {
  const least = consensus * 255;
  const targets = new Float32Array(marked.length);
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < marked.length; i++) {
    const share = marked[i]!;
    if (share === 0) negatives++;
    else if (share >= least) {
      targets[i] = 1;
      positives++;
    }
  }
  const counted = Math.max(1, positives + negatives);
  const onBoundary = negatives / counted;
  const beside = (negative * positives) / counted;
  const weights = new Float32Array(marked.length);
  for (let i = 0; i < marked.length; i++) {
    weights[i] = targets[i] === 1 ? onBoundary : marked[i] === 0 ? beside : 0;
  }
  return { targets, weights };
}
