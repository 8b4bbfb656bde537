import { DeviceError, SppgpuError } from '../runtime/errors.js';

/** A part of a group with what came of it. */
export interface Outcome<Item, Result> {
  readonly items: readonly Item[];
  readonly result: Result | SppgpuError;
}

/**
 * Works on a group as one; where that fails, on each item alone, so that one bad item does not end the work of the others.
 * @throws what is not about the items: DeviceError (without a device no other can be looked at either), the reason of an
 * aborted signal, programming errors
 */
export async function aloneWhereFailing<Item, Result>(
  items: readonly Item[],
  work: (items: readonly Item[]) => Promise<Result>,
): Promise<Outcome<Item, Result>[]> {
  try {
    return [{ items, result: await work(items) }];
  } catch (error) {
    if (!(error instanceof SppgpuError) || error instanceof DeviceError) throw error;
    if (items.length === 1) return [{ items, result: error }];
    const alone: Outcome<Item, Result>[] = [];
    for (const item of items) alone.push(...(await aloneWhereFailing([item], work)));
    return alone;
  }
}
