/** A file that goes in front of a shader, or one of several, to be chosen by their names; `open`: the kernel's definition brings it. */
export type HeadItem =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'choice'; readonly paths: readonly string[] }
  | { readonly kind: 'open'; readonly pattern: string };

const LIST = /\bPreludes?:\s+(.*?\.wgsl(?:\s*\([^)]*\))?)\.(?:\s|$)/su;

/**
 * What the comments on top of a shader list under `Preludes:`, in order. `common/lanes/{scalar,vector}.wgsl` is a choice,
 * `elementwise/unary/*.wgsl` is open. Notes in brackets are for readers.
 */
export function headOf(path: string, code: string): HeadItem[] {
  const comments = [...code.matchAll(/^\s*\/\/(.*)$/gmu)].map(([, text]) => text!.trim()).join(' ');
  const list = LIST.exec(comments)?.[1];
  if (!list) {
    if (/\bPreludes?\b/u.test(comments))
      throw new Error(`${path}: its list of preludes cannot be read; end it with a full stop`);
    return [];
  }
  const items = list.replaceAll(/\([^)]*\)/gu, '').split(/,\s+/u);
  return items.map((item) => itemOf(path, item.trim()));
}

function itemOf(path: string, item: string): HeadItem {
  const match = /^([\w/*]*)(?:\{([\w,]+)\})?([\w*]*\.wgsl)$/u.exec(item);
  if (!match)
    throw new Error(`${path}: ${item} is not a prelude; write paths below shaders/, such as common/grid.wgsl`);
  const [, before, names, behind] = match;
  if (names) return { kind: 'choice', paths: names.split(',').map((name) => `${before}${name}${behind}`) };
  return item.includes('*') ? { kind: 'open', pattern: item } : { kind: 'file', path: item };
}

/** The file's name without folder and ending: how choices and kernels are called. */
export function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.wgsl$/u, '');
}
