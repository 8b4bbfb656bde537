import type { ParameterSpec } from './layers/index.js';

/** What a weight file offers to a net. */
export interface ParameterMatch {
  /** Pairs of the net's parameter and the file's tensor, ready to load. */
  readonly matched: readonly { readonly target: string; readonly source: string }[];
  /** Parameters of the net that the file does not have; they keep their fresh values. */
  readonly missing: readonly string[];
  /** Tensors of the file that the net has no place for. */
  readonly unused: readonly string[];
  /** Same name, other shape: never loaded. */
  readonly mismatched: readonly {
    readonly target: string;
    readonly expected: readonly number[];
    readonly found: readonly number[];
  }[];
}

/** `fire2/squeeze1x1.weight` and `conv1.weight` (Caffe's names) ask for the same ending as our names have behind the section. */
const withoutSection = (name: string): string => name.slice(name.indexOf('.') + 1);

/**
 * Finds each parameter of a net in a file by name: the exact name (`features.conv1.weight`), that of published weights (its
 * `published`), or the name without its section and with Caffe's slashes (`conv1.weight`, `fire2/squeeze1x1.weight`). Partial files are fine: the lists say what was left.
 * @param available shapes of the file's tensors by name
 */
export function matchParameters(
  specs: readonly ParameterSpec[],
  available: ReadonlyMap<string, readonly number[]>,
): ParameterMatch {
  const byDottedName = new Map([...available.keys()].map((name) => [name.replaceAll('/', '.'), name]));
  const matched: { target: string; source: string }[] = [];
  const missing: string[] = [];
  const mismatched: { target: string; expected: readonly number[]; found: readonly number[] }[] = [];
  const used = new Set<string>();
  for (const { name: target, published, shape: expected } of specs) {
    const source =
      [target, published].find((name) => name !== undefined && available.has(name)) ??
      byDottedName.get(withoutSection(target));
    if (source === undefined) {
      missing.push(target);
      continue;
    }
    used.add(source);
    const found = available.get(source)!;
    const fits = found.length === expected.length && found.every((size, axis) => size === expected[axis]);
    if (fits) matched.push({ target, source });
    else mismatched.push({ target, expected, found });
  }
  // PyTorch counts batches beside its running statistics; nothing reads that.
  const unused = [...available.keys()].filter((name) => !used.has(name) && !name.endsWith('.num_batches_tracked'));
  return { matched, missing, unused, mismatched };
}
