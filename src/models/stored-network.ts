import { FileError } from '../runtime/errors.js';
import { sameShape, showShape } from '../tensor/shape.js';
import type { Architecture } from './architecture.js';
import { type CheckpointInfo, damaged, WAY_OUT } from './checkpoint-info.js';
import { describedArchitecture } from './described.js';
import { parameterSpecs } from './trace.js';

/**
 * The architecture that a checkpoint describes, with the tensors that it holds: nothing is made, let alone allocated, for a
 * description that the file does not bear out.
 * @param weights the file's tensors by state-dict name
 * @throws FileError where the description is damaged or does not fit the tensors
 */
export function checkpointArchitecture(
  { model, classes }: Pick<CheckpointInfo, 'model' | 'classes'>,
  weights: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  file: string,
): Architecture {
  const architecture = described(model, file);
  if (classes.length !== architecture.classes) {
    throw damaged(file, `${classes.length} names for ${architecture.classes} classes`);
  }
  requireWeights(architecture, weights, file);
  return architecture;
}

function described(model: CheckpointInfo['model'], file: string): Architecture {
  try {
    return describedArchitecture(model);
  } catch (error) {
    // Whatever a file may say of a net, it is the file that is wrong.
    throw damaged(file, (error as Error).message);
  }
}

/** @throws FileError unless the tensors are those of the architecture: the same names with the same shapes */
export function requireWeights(
  architecture: Architecture,
  weights: ReadonlyMap<string, { readonly shape: readonly number[] }>,
  file: string,
): void {
  const specs = new Map(parameterSpecs(architecture).map(({ name, shape }) => [name, shape]));
  for (const [name, shape] of specs) {
    const found = weights.get(name);
    if (!found) throw new FileError(file, `lacks ${name} of its ${architecture.name}`, WAY_OUT);
    if (sameShape(found.shape, shape)) continue;
    const shapes = `${name} has shape ${showShape(found.shape)}, its ${architecture.name} needs ${showShape(shape)}`;
    throw new FileError(file, shapes, WAY_OUT);
  }
  const unknown = [...weights.keys()].find((name) => !specs.has(name));
  if (unknown !== undefined)
    throw new FileError(file, `holds ${unknown}, no part of its ${architecture.name}`, WAY_OUT);
}
