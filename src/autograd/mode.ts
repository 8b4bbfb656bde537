let enabled = true;

/** Runs `work` without recording a graph. */
export function noGrad<T>(work: () => T): T {
  const before = enabled;
  enabled = false;
  try {
    return work();
  } finally {
    enabled = before;
  }
}

/** True while ops record what their gradient needs. */
export function isGradEnabled(): boolean {
  return enabled;
}
