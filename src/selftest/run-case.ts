/** One case on a device: build the tensors, call the op, go back through its graph, compare with the reference. */
import { expand } from '../ops/expand.js';
import { permute } from '../ops/permute.js';
import { reshape } from '../ops/reshape.js';
import { slice } from '../ops/slice.js';
import { transpose } from '../ops/transpose.js';
import type { Device } from '../runtime/device.js';
import { tensor } from '../tensor/create.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { RunOp } from './bindings.js';
import type { OpCase, ViewStep } from './case.js';
import { relativeError } from './error.js';
import type { NdArray } from './reference/nd.js';
import { expectationOf, isFloat, type OpSpec } from './spec.js';

/** What came of one case; the errors are maximal relative errors (see `relativeError`). */
export interface SelftestRow {
  op: string;
  case: string;
  forward: number;
  /** Null where the case has no gradient. */
  gradient: number | null;
  ok: boolean;
  /** One line on what is wrong, where `ok` is false. */
  message?: string;
}

function upload(device: Device, { shape, data, dtype }: NdArray, requiresGrad = false): Tensor {
  return tensor(device, data, { shape, dtype, requiresGrad });
}

function takeStep(x: Tensor, step: ViewStep): Tensor {
  if ('permute' in step) return permute(x, step.permute);
  if ('slice' in step) return slice(x, step.slice);
  if ('expand' in step) return expand(x, step.expand);
  if ('reshape' in step) return reshape(x, step.reshape);
  return transpose(x, ...step.transpose);
}

async function errorOf(actual: Tensor | null, expected: NdArray, alternative?: NdArray | null): Promise<number> {
  if (!actual) return Infinity;
  const { shape, dtype } = actual;
  return relativeError({ shape, dtype, data: await actual.data() }, expected, alternative ?? expected);
}

/** What is to be said of an error beyond its tolerance; null for any other. */
function problem(what: string, error: number, tolerance: number): string | null {
  if (error <= tolerance) return null;
  if (Number.isFinite(error)) {
    return `${what} differ by ${error.toExponential(1)}, ${tolerance.toExponential(1)} is allowed`;
  }
  return `${what} cannot be compared: another shape or type, or NaN or an infinity on one side only`;
}

/** Runs a case and compares. An op that throws makes a failed row, not an exception; a lost device still throws. */
export async function runCase(device: Device, spec: OpSpec, opCase: OpCase, run: RunOp): Promise<SelftestRow> {
  const { bases, outputs, cotangent, gradients, flushed } = expectationOf(spec, opCase);
  const tolerance = { ...spec.tolerance, ...opCase.tolerance };
  const leaves = bases.map((base) => upload(device, base, cotangent !== null && isFloat(base)));
  const made: Tensor[] = [];
  try {
    made.push(
      ...scope(() => {
        const views = leaves.map((leaf, i) => (opCase.inputs[i]!.view ?? []).reduce(takeStep, leaf));
        const results = [run(views, opCase.attrs, device)].flat();
        if (cotangent) results[0]!.backward(upload(device, cotangent));
        return results;
      }),
    );
    const forward = Promise.all(outputs.map((expected, i) => errorOf(made[i] ?? null, expected, flushed?.outputs[i])));
    const backward = Promise.all(
      gradients.map((expected, i) => (expected ? errorOf(leaves[i]!.grad, expected, flushed?.gradients[i]) : 0)),
    );
    // Both at once: a failure of the device rejects every reading.
    const [values, slopes] = await Promise.all([forward, backward]);
    const row = {
      op: spec.op,
      case: opCase.name,
      forward: Math.max(...values),
      gradient: cotangent ? Math.max(...slopes) : null,
    };
    const problems = [
      problem('values', row.forward, tolerance.forward),
      problem('gradients', row.gradient ?? 0, tolerance.gradient),
    ].filter((text) => text !== null);
    return problems.length === 0 ? { ...row, ok: true } : { ...row, ok: false, message: problems.join('; ') };
  } catch (error) {
    if (device.disposed) throw error;
    const gradient = cotangent ? Infinity : null;
    return {
      op: spec.op,
      case: opCase.name,
      forward: Infinity,
      gradient,
      ok: false,
      message: (error as Error).message,
    };
  } finally {
    for (const each of [...made, ...leaves]) each.dispose();
  }
}
