import { SppgpuError } from '../runtime/errors.js';

/** Something that a scope can free. */
export interface Disposable {
  dispose(): void;
}

const scopes: Set<Disposable>[] = [];

/**
 * Runs `work` and disposes every tensor created inside, except those in the returned value
 * (a tensor, or arrays and plain objects of tensors). Scopes nest. `work` is synchronous: read results after the scope.
 * @throws SppgpuError if `work` returns a promise
 */
export function scope<T>(work: () => T): T {
  const created = new Set<Disposable>();
  scopes.push(created);
  let result: T;
  try {
    result = work();
  } catch (error) {
    scopes.pop();
    for (const tensor of created) tensor.dispose();
    throw error;
  }
  scopes.pop();
  const outer = scopes.at(-1);
  forEachDisposable(result, (tensor) => {
    if (created.delete(tensor)) outer?.add(tensor);
  });
  for (const tensor of created) tensor.dispose();
  return refusePromise('scope', result);
}

/**
 * Runs work that frees early what nobody else wants. `made` holds the tensors that the work has created so far and that were
 * not taken out by `keep`; when the work ends, they belong to the enclosing scope, as if this were none.
 */
export function watched<T>(work: (made: ReadonlySet<Disposable>) => T): T {
  const made = new Set<Disposable>();
  scopes.push(made);
  try {
    return work(made);
  } finally {
    scopes.pop();
    for (const tensor of made) track(tensor);
  }
}

/** Returns the result of work that has to be synchronous. @throws SppgpuError for a promise: the rest of it would run outside. */
export function refusePromise<T>(what: string, result: T): T {
  if (result instanceof Promise) {
    result.catch(() => {}); // this error is the one to show
    throw new SppgpuError(`${what}: the work returned a promise; make it synchronous and read results after it`);
  }
  return result;
}

/** Registers a new tensor with the innermost scope. */
export function track(tensor: Disposable): void {
  scopes.at(-1)?.add(tensor);
}

/** Takes a tensor out of every open scope: it lives until it is disposed. Returns it. */
export function keep<T extends Disposable>(tensor: T): T {
  for (const created of scopes) created.delete(tensor);
  return tensor;
}

function forEachDisposable(value: unknown, visit: (tensor: Disposable) => void, seen = new Set<unknown>()): void {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if ('dispose' in value && typeof value.dispose === 'function') {
    visit(value as Disposable);
  } else if (Array.isArray(value)) {
    for (const item of value) forEachDisposable(item, visit, seen);
  } else if (value instanceof Map) {
    for (const item of value.values()) forEachDisposable(item, visit, seen);
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const item of Object.values(value)) forEachDisposable(item, visit, seen);
  }
}
