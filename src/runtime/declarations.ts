import { SppgpuError } from './errors.js';
import type { Entry, FieldType, StorageBinding } from './shader.js';

/** What WGSL text declares of a kernel's interface, group 0. */
export interface Declarations {
  /** Storage variables by name, in the order of the text. */
  readonly bindings: Readonly<Record<string, StorageBinding>>;
  readonly params: { readonly binding: number; readonly fields: Readonly<Record<string, FieldType>> } | null;
  /** Override constants with their defaults; false is 0, none is NaN. */
  readonly overrides: Readonly<Record<string, number>>;
  readonly entry: Entry | null;
}

const VARIABLE = /((?:@\w+\([^)]*\)\s*)+)var\s*<\s*(storage|uniform)\s*(?:,\s*(\w+)\s*)?>\s*(\w+)\s*:\s*(\w+)/g;
const OVERRIDE = /\boverride\s+(\w+)\s*(?::\s*\w+\s*)?(?:=\s*([\w.]+))?/g;
const ENTRY = /@workgroup_size\(([^)]*)\)[^;{}]*?\bfn\s+(\w+)/g;

/**
 * Reads what a page needs to bind buffers: far less than a parser of WGSL, and so small enough to be part of every page.
 * @param path names the text in errors
 * @throws SppgpuError for more than one uniform or entry point, or a field of a type that uniforms here do not have
 */
export function declarationsOf(path: string, text: string): Declarations {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
  const bindings: Record<string, StorageBinding> = {};
  let params: Declarations['params'] = null;
  for (const [, attributes, space, access, name, type] of code.matchAll(VARIABLE)) {
    const binding = Number(/@binding\(\s*(\d+)/.exec(attributes!)?.[1]);
    if (space === 'storage') bindings[name!] = { binding, access: access === 'read_write' ? access : 'read' };
    else if (params) throw new SppgpuError(`${path} has more than one uniform; put all in one struct`);
    else params = { binding, fields: fieldsOf(path, code, type!) };
  }
  const overrides: Record<string, number> = {};
  for (const [, name, value] of code.matchAll(OVERRIDE)) {
    overrides[name!] = value === 'true' ? 1 : value === 'false' ? 0 : Number.parseFloat(value!);
  }
  const [entry, second] = code.matchAll(ENTRY);
  if (second) throw new SppgpuError(`${path} has more than one compute entry point; make a kernel of each`);
  return {
    bindings,
    params,
    overrides,
    entry: entry ? { name: entry[2]!, workgroupSize: sidesOf(code, entry[1]!) } : null,
  };
}

/** The fields of a struct with WGSL's short spelling of their types. */
function fieldsOf(path: string, code: string, struct: string): Record<string, FieldType> {
  const body = new RegExp(`\\bstruct\\s+${struct}\\s*{([^}]*)}`).exec(code)?.[1] ?? '';
  const fields: Record<string, FieldType> = {};
  for (const field of body.split(/,(?![^<]*>)/)) {
    if (!field.trim()) continue;
    const [name, long] = field.split(':', 2).map((part) => part.trim()) as [string, string];
    const type = long
      .replaceAll(/\s/g, '')
      .replace(/vec([234])<([uif])32>/, 'vec$1$2')
      .replace(',', ', ');
    if (!/^\w+$/.test(name) || !/^(?:[uif]32|vec[234][uif]|array<vec4[uif], \d+>)$/.test(type)) {
      throw new SppgpuError(
        `${path}: ${struct}.${name} has the unsupported type ${type}; take u32, i32, f32, vec2u to vec4f, array<vec4u, 4>`,
      );
    }
    fields[name] = type as FieldType;
  }
  return fields;
}

/** Numbers as written or as a constant gives them, else names of overrides. */
function sidesOf(code: string, list: string): (number | string)[] {
  const sides = list.split(',').map((side) => side.trim());
  return sides.filter(Boolean).map((side) => {
    const isName = /^[A-Za-z_]\w*$/.test(side);
    const constant = isName && new RegExp(`\\bconst\\s+${side}\\s*(?::\\s*\\w+\\s*)?=\\s*(\\d+)`).exec(code)?.[1];
    const size = constant || side;
    return /^\d+[ui]?$/.test(size) ? Number.parseInt(size, 10) : side;
  });
}
