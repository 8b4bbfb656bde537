import { FileError } from '../../runtime/errors.js';
import { inPython } from './in-python.js';
import { PickledTensor } from './pickled-tensor.js';

/** Dicts within dicts. */
const MAX_DEPTH = 16;

/** Keys under which programs keep a state dict among other things. */
const HOLDERS = ['state_dict', 'model_state_dict', 'model_state', 'model', 'module', 'net', 'params', 'weights'];

/** Python that takes the weights of a module. */
export const MODULE = '.state_dict()';

/** Modules of Python that no weights need, and that can do anything. */
const DANGEROUS = /^(posix|nt|os|sys|subprocess|shutil|socket|runpy|importlib|builtins|__builtin__|webbrowser|pty)\b/u;

/** What to do where a pickle names code: the lines of Python that fit what was read of it, a module or the dict that has a state dict. */
export const wayOutOf =
  (path: string) =>
  (name: string, pending: readonly unknown[]): string => {
    if (DANGEROUS.test(name)) return 'do not load it in Python either; get the weights elsewhere';
    if (pending.length === 0) return inPython(path, MODULE);
    const key = HOLDERS.find((holder) => pending.includes(holder));
    return inPython(path, key === undefined ? '' : `["${key}"]`);
  };

/** What wrappers put before every name: DataParallel, `torch.compile`, the modules of training frameworks. */
const WRAPPERS = /^(module|_orig_mod|model|net|backbone)\./u;

/** The weights of a file, by name, and what else has tensors. */
export interface StateDict {
  readonly tensors: ReadonlyMap<string, PickledTensor>;
  /** Keys of the checkpoint around it that have tensors, too, such as an optimizer's. */
  readonly left: readonly string[];
}

/**
 * The state dict in what a pickle holds: the value itself, or the part of a checkpoint that has the weights; tensors of dicts
 * within dicts by dotted names, without what only wraps them.
 * @throws FileError where no tensor has a name
 */
export function stateDictIn(value: unknown, path: string): StateDict {
  const left = new Set<string>();
  let dict = value;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    const key =
      dict instanceof Map ? HOLDERS.find((name) => holdsTensors((dict as Map<string, unknown>).get(name))) : undefined;
    if (key === undefined) break;
    for (const [name, item] of dict as Map<string, unknown>) {
      if (name !== key && tensorsOf(item).size > 0) left.add(name);
    }
    dict = (dict as Map<string, unknown>).get(key);
  }
  const found = tensorsOf(dict);
  if (found.size === 0 || found.has('')) {
    throw new FileError(path, 'has no tensors with names', 'save a state dict: torch.save(model.state_dict(), path)');
  }
  return { tensors: unwrapped(found), left: [...left] };
}

const holdsTensors = (value: unknown): boolean => value instanceof Map && tensorsOf(value).size > 0;

function tensorsOf(value: unknown): Map<string, PickledTensor> {
  const found = new Map<string, PickledTensor>();
  /** Each dict once: they may hold each other. */
  const seen = new Set<unknown>();
  const visit = (at: unknown, name: string, depth: number): void => {
    if (at instanceof PickledTensor) found.set(name, at);
    if (!(at instanceof Map) || depth > MAX_DEPTH || seen.has(at)) return;
    seen.add(at);
    for (const [key, item] of at) visit(item, name ? `${name}.${key}` : key, depth + 1);
  };
  visit(value, '', 0);
  return found;
}

/** Without the beginnings that all names share; counters of averages have none. */
function unwrapped(tensors: Map<string, PickledTensor>): Map<string, PickledTensor> {
  let current = tensors;
  for (;;) {
    const named = [...current].filter(([, { shape }]) => shape.length > 0).map(([name]) => name);
    const prefix = WRAPPERS.exec(named[0] ?? '')?.[0];
    if (prefix === undefined || !named.every((name) => name.startsWith(prefix))) return current;
    current = new Map(
      [...current].map(([name, tensor]) => [name.startsWith(prefix) ? name.slice(prefix.length) : name, tensor]),
    );
  }
}
