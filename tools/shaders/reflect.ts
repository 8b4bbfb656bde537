import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';

/** What one file declares of a kernel's interface. The names are those of `Shader` in `src/runtime/shader.ts`. */
export interface Declarations {
  readonly bindings: Readonly<Record<string, { readonly binding: number; readonly access: 'read' | 'read_write' }>>;
  readonly params: { readonly binding: number; readonly fields: Readonly<Record<string, string>> } | null;
  /** Defaults; false is 0. */
  readonly overrides: Readonly<Record<string, number>>;
  /** Numbers, or names of overrides. */
  readonly entry: { readonly name: string; readonly workgroupSize: readonly (number | string)[] } | null;
}

interface WgslType {
  readonly name: string;
  readonly count?: number;
  readonly format?: WgslType | null;
}

/** Reads group 0 of `code`, and of it what `own` declares: `own` is the last file of `code`. @throws Error with the path. */
export function reflect(path: string, code: string, own: string): Declarations {
  const text = withoutBodies(own);
  const wgsl = new WgslReflect(withoutBodies(code));
  const declares = (name: string) => new RegExp(`\\b(?:var<[^>]*>|fn)\\s+${name}\\b`, 'u').test(text);
  const storage = wgsl.storage.filter(({ name }) => declares(name));
  const [uniform, second] = wgsl.uniforms.filter(({ name }) => declares(name));
  const [entry, another] = wgsl.entry.compute.filter(({ name }) => declares(name));
  if (second) throw new Error(`${path} has more than one uniform; put all in Params`);
  if (another) throw new Error(`${path} has more than one compute entry point`);
  return {
    bindings: Object.fromEntries(
      storage.map(({ name, binding, access }) => [
        name,
        { binding, access: access === 'read_write' ? access : 'read' },
      ]),
    ),
    params: uniform
      ? {
          binding: uniform.binding,
          fields: Object.fromEntries(
            (uniform.members ?? []).map(({ name, type }) => [name, fieldType(`${path}: Params.${name}`, type)]),
          ),
        }
      : null,
    overrides: Object.fromEntries(
      [...text.matchAll(/\boverride\s+(\w+)\s*:\s*\w+\s*=\s*(\w+)/gu)].map(([, name, value]) => [
        name,
        Number.parseInt(value === 'true' ? '1' : value === 'false' ? '0' : value!, 10),
      ]),
    ),
    entry: entry ? { name: entry.name, workgroupSize: workgroupSize(text).map((side) => numberOr(side, text)) } : null,
  };
}

/** Declarations alone, with empty function bodies: all that reflection needs, and less for the parser to trip over. */
function withoutBodies(code: string): string {
  const source = code.replace(/\/\/[^\n]*/gu, '').replace(/\/\*[\s\S]*?\*\//gu, '');
  let result = '';
  let from = 0;
  for (const match of source.matchAll(/\bfn\s+\w+/gu)) {
    const open = source.indexOf('{', match.index);
    let depth = 1;
    let at = open + 1;
    for (; depth > 0 && at < source.length; at++) {
      if (source[at] === '{') depth++;
      else if (source[at] === '}') depth--;
    }
    result += source.slice(from, open + 1);
    from = at - 1;
  }
  return result + source.slice(from);
}

function workgroupSize(text: string): string[] {
  const sides = /@workgroup_size\(([^)]*)\)/u.exec(text)?.[1] ?? '1';
  return sides
    .split(',')
    .map((side) => side.trim())
    .filter(Boolean);
}

/** A number as written or as a constant gives it, else the name of an override. */
function numberOr(side: string, text: string): number | string {
  const constant = new RegExp(`\\bconst\\s+${side}\\s*(?::\\s*\\w+\\s*)?=\\s*(\\d+)`, 'u').exec(text)?.[1];
  return /^\d/u.test(constant ?? side) ? Number.parseInt(constant ?? side, 10) : side;
}

/** WGSL's short spelling of a type that `Params` may have. */
function fieldType(field: string, type: WgslType): string {
  if (type.name === 'array' && type.format && type.count) {
    const element = fieldType(field, type.format);
    if (!element.startsWith('vec4'))
      throw new Error(`${field} is an array of ${element}; uniforms need arrays of vec4`);
    return `array<${element}, ${type.count}>`;
  }
  const name = type.format ? `${type.name}${type.format.name[0]}` : type.name;
  if (!/^(?:[uif]32|vec[234][uif])$/u.test(name)) throw new Error(`${field} has the unsupported type ${name}`);
  return name;
}
