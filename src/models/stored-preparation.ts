import { FileError } from '../runtime/errors.js';
import type { Preparation } from './preparation.js';

const isNumber = (value: unknown): boolean => Number.isFinite(value);
const isThree = (value: unknown, check: (element: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length === 3 && value.every(check);

function isPreparation(value: unknown): value is Preparation {
  if (typeof value !== 'object' || value === null) return false;
  const { mean, colour } = value as Record<string, unknown>;
  if (mean !== undefined && !isNumber(mean)) return false;
  if (colour === undefined) return true;
  const { mean: centre, eigenvalues, eigenvectors } = (colour ?? {}) as Record<string, unknown>;
  const vectors = isThree(eigenvectors, (vector) => isThree(vector, isNumber));
  return isThree(centre, isNumber) && isThree(eigenvalues, isNumber) && vectors;
}

/** What a file says of its pictures' preparation. @throws FileError where that is not what was written */
export function storedPreparation({ preparation = {} }: Readonly<Record<string, unknown>>, file: string): Preparation {
  if (isPreparation(preparation)) return preparation;
  const problem = 'its description is damaged: run.preparation is not what was written';
  throw new FileError(file, problem, 'use an undamaged copy, or train anew');
}
