import { refusePromise } from '../tensor/scope.js';

let enabled = true;

/** Runs `work`, which is synchronous, without recording a graph. @throws SppgpuError if it returns a promise. */
export function noGrad<T>(work: () => T): T {
  const before = enabled;
  enabled = false;
  try {
    return refusePromise('noGrad', work());
  } finally {
    enabled = before;
  }
}

/** True while ops record what their gradient needs. */
export function isGradEnabled(): boolean {
  return enabled;
}
