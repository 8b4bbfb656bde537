/**
 * One axis of a strided convolution's gradient to its input. Input cells `index * stride + residue` form a phase: all of
 * them are reached by the same kernel taps, from outputs at a fixed shift. So each phase is a small convolution of its own.
 */
export interface Phase {
  readonly residue: number;
  /** Input cells of the phase. */
  readonly cells: number;
  /** Kernel taps that reach it: `firstTap`, then every `tapStep`-th. */
  readonly taps: number;
  readonly firstTap: number;
  readonly tapStep: number;
  /** Cell i takes tap t from output `i + shift - t * shiftStep`. */
  readonly shift: number;
  readonly shiftStep: number;
}

/** The phases of an axis; a phase without taps has a gradient of zero. */
export function phasesOf(
  size: number,
  kernel: number,
  stride: number,
  padding: number,
  dilation: number,
): readonly Phase[] {
  const { tapStep, shiftStep } = tapSteps(stride, dilation);
  return Array.from({ length: Math.min(stride, size) }, (_, residue) => {
    const reaching = Array.from({ length: kernel }, (_, tap) => tap).filter(
      (tap) => (residue + padding - tap * dilation) % stride === 0,
    );
    const firstTap = reaching[0] ?? 0;
    return {
      residue,
      cells: Math.ceil((size - residue) / stride),
      taps: reaching.length,
      firstTap,
      tapStep,
      shift: Math.floor((residue + padding - firstTap * dilation) / stride),
      shiftStep,
    };
  });
}

/** Kernel taps between those that reach one input cell, and how far apart the outputs are that they come from. */
export interface TapSteps {
  readonly tapStep: number;
  readonly shiftStep: number;
}

export function tapSteps(stride: number, dilation: number): TapSteps {
  const common = gcd(stride, dilation);
  return { tapStep: stride / common, shiftStep: dilation / common };
}

/** Cells of zeros that outputs need before and behind them so that every tap of every phase reads inside. */
export function phasePadding(phases: readonly Phase[], out: number): { before: number; behind: number } {
  const lowest = phases.filter(({ taps }) => taps > 0).map((phase) => phase.shift - (phase.taps - 1) * phase.shiftStep);
  const highest = phases.filter(({ taps }) => taps > 0).map((phase) => phase.cells - 1 + phase.shift);
  return { before: Math.max(0, -Math.min(0, ...lowest)), behind: Math.max(0, Math.max(0, ...highest) - (out - 1)) };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
