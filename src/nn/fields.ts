/**
 * What stands in a field, walked into lists, maps, sets and plain records, with the path to it (`blocks.0`). Modules in a list
 * are registered this way; instances of classes are not walked into.
 */
export function* valuesIn(path: string, value: unknown, seen = new Set<unknown>()): Generator<[string, unknown]> {
  yield [path, value];
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  for (const [key, item] of itemsOf(value)) yield* valuesIn(`${path}.${key}`, item, seen);
}

function itemsOf(value: object): Iterable<readonly [unknown, unknown]> {
  if (Array.isArray(value)) return value.entries();
  if (value instanceof Map) return value;
  if (value instanceof Set) return [...value].entries();
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? Object.entries(value) : [];
}
