import { WgslReflect } from 'wgsl_reflect/wgsl_reflect.module.js';

/** One scalar or vector field of the `Params` struct. */
export interface ParamField {
  readonly name: string;
  readonly offset: number;
  /** Component type. */
  readonly scalar: 'u32' | 'i32' | 'f32';
  /** Byte offsets of the components, in the order in which a caller lists them. */
  readonly components: readonly number[];
}

export interface StorageBinding {
  readonly name: string;
  readonly binding: number;
  readonly access: 'read' | 'read_write';
}

/** What a call site must supply, read from the WGSL itself so that it is never repeated in TypeScript. */
export interface KernelLayout {
  readonly storage: readonly StorageBinding[];
  readonly params: { readonly binding: number; readonly size: number; readonly fields: readonly ParamField[] } | null;
  readonly overrides: readonly string[];
  readonly entryPoint: string;
}

interface WgslType {
  readonly name: string;
  readonly size: number;
  readonly count?: number;
  readonly stride?: number;
  readonly format?: WgslType | null;
}

/** Reflects a kernel: its storage bindings, its `params` uniform, its overrides and its entry point (group 0 only). */
export function reflectKernel(name: string, code: string): KernelLayout {
  const wgsl = new WgslReflect(declarations(code));
  const entry = wgsl.entry.compute[0];
  if (!entry || wgsl.entry.compute.length > 1) throw new Error(`kernel ${name} needs exactly one compute entry point`);
  const uniform = wgsl.uniforms[0];
  if (wgsl.uniforms.length > 1) throw new Error(`kernel ${name} has more than one uniform; put all in Params`);
  return {
    storage: wgsl.storage.map((variable) => ({
      name: variable.name,
      binding: variable.binding,
      access: variable.access === 'read_write' ? 'read_write' : 'read',
    })),
    params: uniform
      ? {
          binding: uniform.binding,
          size: Math.ceil(uniform.size / 16) * 16,
          fields: (uniform.members ?? []).map((member) => field(name, member.name, member.offset, member.type)),
        }
      : null,
    overrides: wgsl.overrides.map((override) => override.name),
    entryPoint: entry.name,
  };
}

/** The source with empty function bodies: all that reflection needs, and less for the parser to trip over. */
function declarations(code: string): string {
  const source = code.replace(/\/\/[^\n]*/g, '').replace(/\/\*[\s\S]*?\*\//g, '');
  let result = '';
  let from = 0;
  for (const match of source.matchAll(/\bfn\s+\w+/g)) {
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

function field(kernel: string, name: string, offset: number, type: WgslType): ParamField {
  if (type.count && type.stride && type.format) {
    const element = vector(type.format);
    if (!element) throw new Error(`kernel ${kernel}: Params.${name} has an unsupported element type`);
    const components: number[] = [];
    for (let i = 0; i < type.count; i++) {
      for (let j = 0; j < element.width; j++) components.push(offset + i * type.stride + j * 4);
    }
    return { name, offset, scalar: element.scalar, components };
  }
  const plain = vector(type);
  if (!plain) throw new Error(`kernel ${kernel}: Params.${name} has the unsupported type ${type.name}`);
  return {
    name,
    offset,
    scalar: plain.scalar,
    components: Array.from({ length: plain.width }, (_, j) => offset + j * 4),
  };
}

function vector(type: WgslType): { scalar: 'u32' | 'i32' | 'f32'; width: number } | null {
  const match = /^(?:vec([234]))?(?:<)?(u32|i32|f32|u|i|f)(?:>)?$/.exec(
    type.format ? `${type.name}${type.format.name}` : type.name,
  );
  if (!match) return null;
  const scalar = ({ u: 'u32', i: 'i32', f: 'f32' } as const)[match[2]![0] as 'u' | 'i' | 'f'];
  return { scalar, width: match[1] ? Number(match[1]) : 1 };
}
