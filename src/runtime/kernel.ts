import { declarationsOf } from './declarations.js';
import { SppgpuError } from './errors.js';
import { type ParamField, placeFields } from './params.js';
import {
  assemble,
  type Chosen,
  type Entry,
  type Shader,
  type ShaderInterface,
  type StorageBinding,
  stemOf,
} from './shader.js';

/** A compute shader with all that goes in front of it: what a device compiles. Device-independent. */
export interface Kernel<I extends ShaderInterface = ShaderInterface> {
  /** The shader's name and what was chosen: `gather(vector)`. */
  readonly name: string;
  /** The whole WGSL. */
  readonly code: string;
  readonly layout: KernelLayout;
  /** For the compiler only, as in `Shader`. */
  interface?(it: I): void;
}

/** The interface of a kernel, or what one of several may want. */
export type InterfaceOf<K extends Kernel> = K extends { interface?(it: infer I extends ShaderInterface): void }
  ? I
  : never;

/** What a dispatch must supply. */
export interface KernelLayout {
  readonly storage: readonly (StorageBinding & { readonly name: string })[];
  readonly params: { readonly binding: number; readonly size: number; readonly fields: readonly ParamField[] } | null;
  /** Defaults by name. */
  readonly overrides: Readonly<Record<string, number>>;
  readonly entry: Entry;
}

/** The interface of a kernel of a shader `I` with `F` in its open places. */
export interface Filled<I extends ShaderInterface, F extends ShaderInterface> extends ShaderInterface {
  readonly params: I['params'];
  readonly bindings: I['bindings'] | F['bindings'];
  readonly optional: I['optional'] | F['optional'];
  readonly overrides: I['overrides'] | F['overrides'];
  readonly choices: never;
}

export interface Nothing extends ShaderInterface {
  readonly bindings: never;
  readonly optional: never;
  readonly overrides: never;
  readonly choices: never;
}

/**
 * The kernel of a shader. Where its head, or that of a prelude, offers alternatives (`common/lanes/{scalar,vector}.wgsl`),
 * one is chosen by name; where it leaves a place open (`elementwise/unary/*.wgsl`), a shader fills it. Nothing is assembled
 * before the first use. A choice that does not fit is an error there.
 */
/* @__NO_SIDE_EFFECTS__ */
export function defineKernel<I extends ShaderInterface, F extends ShaderInterface = Nothing>(
  shader: Shader<I>,
  ...chosen: readonly (I['choices'] | F['choices'] | Shader<F>)[]
): Kernel<Filled<I, F>> {
  return new AssembledKernel(shader as Shader, chosen as readonly Chosen[]);
}

class AssembledKernel implements Kernel {
  private wholeName: string | null = null;
  private wholeCode: string | null = null;
  private wholeLayout: KernelLayout | null = null;

  constructor(
    private readonly shader: Shader,
    private readonly chosen: readonly Chosen[],
  ) {}

  get name(): string {
    this.wholeName ??= nameOf(this.shader, this.chosen);
    return this.wholeName;
  }

  get code(): string {
    this.wholeCode ??= join(assemble(this.shader, this.chosen));
    return this.wholeCode;
  }

  get layout(): KernelLayout {
    this.wholeLayout ??= layoutOf(this.name, this.code);
    return this.wholeLayout;
  }
}

function nameOf(shader: Shader, chosen: readonly Chosen[]): string {
  const names = chosen.map((each) => (typeof each === 'string' ? each : stemOf(each)));
  return `${stemOf(shader)}${names.length > 0 ? `(${names.join(', ')})` : ''}`;
}

/** One text. WGSL wants `enable` directives before everything else, so they are moved to the top. */
function join(parts: readonly Shader[]): string {
  const enables = new Set<string>();
  const bodies = parts.map(({ path, code }) => {
    const body = code.replace(/^[ \t]*(?:enable|requires)\s[^;]*;[^\n]*\n?/gm, (directive) => {
      enables.add(directive.trim());
      return '';
    });
    return parts.length > 1 ? `// ${path}\n${body}` : body;
  });
  return [...enables, ...bodies].join('\n');
}

function layoutOf(kernel: string, code: string): KernelLayout {
  const { bindings, params, overrides, entry } = declarationsOf(`kernel ${kernel}`, code);
  if (!entry)
    throw new SppgpuError(`kernel ${kernel} has no entry point; give one function @compute @workgroup_size(64)`);
  if (params && Object.keys(params.fields).length === 0) {
    throw new SppgpuError(`kernel ${kernel}: its uniform is not of a struct that the text declares; make it one`);
  }
  const side = entry.workgroupSize.find((each) => typeof each === 'string' && !(each in overrides));
  if (side !== undefined) {
    throw new SppgpuError(`kernel ${kernel}: its workgroup size is ${side}; give a number, a const or an override`);
  }
  return {
    storage: Object.entries(bindings).map(([name, at]) => ({ name, ...at })),
    params: params && { binding: params.binding, ...placeFields(params.fields) },
    overrides,
    entry,
  };
}
