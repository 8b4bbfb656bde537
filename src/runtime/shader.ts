/** WGSL types of the fields that a kernel's `Params` may have. */
export type FieldType =
  | 'u32'
  | 'i32'
  | 'f32'
  | `vec${2 | 3 | 4}${'u' | 'i' | 'f'}`
  | `array<vec4${'u' | 'i' | 'f'}, ${number}>`;

/** What a dispatch of a shader supplies, for the compiler; declarations of `.wgsl` imports fill it in. */
export interface ShaderInterface {
  readonly params: Readonly<Record<string, FieldType>>;
  /** Names of the storage variables; `optional` are those that only some choices of preludes declare. */
  readonly bindings: string;
  readonly optional: string;
  readonly overrides: string;
  /** Names by which the shader's head, and those of its preludes, offer alternatives. */
  readonly choices: string;
}

/** A WGSL file: what `import shader from './x.wgsl'` gives (`tools/shaders/`), and what code without that build writes by hand (docs/ops.md). */
export interface Shader<I extends ShaderInterface = ShaderInterface> {
  /** From the folder `shaders/`, such as `pooling/max_pool2d.wgsl`. */
  readonly path: string;
  readonly code: string;
  /** What goes in front. */
  readonly preludes?: readonly Prelude[];
  /** For the compiler only; a method, so that a particular shader may stand where any is wanted. */
  interface?(it: I): void;
}

export interface StorageBinding {
  readonly binding: number;
  readonly access: 'read' | 'read_write';
}

export interface Entry {
  readonly name: string;
  /** Along x, y and z: numbers, or names of overrides. */
  readonly workgroupSize: readonly (number | string)[];
}

/** A shader; alternatives by name; or a pattern of paths: an open place that the kernel's definition fills. */
export type Prelude = Shader | { readonly [name: string]: Shader } | string;

/** What a kernel's definition decides: names of alternatives, and shaders for open places. */
export type Chosen = string | Shader;

export function isShader(prelude: Prelude): prelude is Shader {
  return typeof prelude === 'object' && typeof prelude.code === 'string';
}

/**
 * The shader behind all that goes in front of it, each file once, what is needed first.
 * @throws Error if a place stays open, or something chosen has none
 */
export function assemble(shader: Shader, chosen: readonly Chosen[]): Shader[] {
  const found = new Set<Shader>();
  const used = new Set<Chosen>();
  const pick = (prelude: Prelude): Shader => {
    if (isShader(prelude)) return prelude;
    const fits = (choice: Chosen) =>
      typeof prelude === 'string'
        ? typeof choice !== 'string' && matches(prelude, choice.path)
        : typeof choice === 'string' && choice in prelude;
    const choice = chosen.find(fits);
    if (!choice) {
      const offered = typeof prelude === 'string' ? prelude : Object.keys(prelude).join(', ');
      throw new Error(`kernel ${shader.path} needs one of ${offered}`);
    }
    used.add(choice);
    return typeof choice === 'string' ? (prelude as Readonly<Record<string, Shader>>)[choice]! : choice;
  };
  const visit = (each: Shader): void => {
    if (found.has(each)) return;
    for (const prelude of each.preludes ?? []) visit(pick(prelude));
    found.add(each);
  };
  visit(shader);
  const surplus = chosen.find((choice) => !used.has(choice));
  if (surplus) {
    throw new Error(`kernel ${shader.path} has no place for ${typeof surplus === 'string' ? surplus : surplus.path}`);
  }
  return [...found];
}

/** Every way to choose for a shader and all that goes in front of it, with open places filled from `available`. */
export function waysOf(shader: Shader, available: readonly Shader[] = []): Chosen[][] {
  const options = (prelude: Prelude): Chosen[][] => {
    if (isShader(prelude)) return waysOf(prelude, available);
    const named: [Chosen, Shader][] =
      typeof prelude === 'string'
        ? available.filter(({ path }) => matches(prelude, path)).map((each) => [each, each])
        : Object.entries(prelude);
    return named.flatMap(([choice, each]) => waysOf(each, available).map((way) => [choice, ...way]));
  };
  return (shader.preludes ?? []).reduce<Chosen[][]>(
    (ways, prelude) => ways.flatMap((way) => options(prelude).map((more) => [...new Set([...way, ...more])])),
    [[]],
  );
}

/** True if a path below `shaders/` fits a pattern with one `*`. */
export function matches(pattern: string, path: string): boolean {
  const [before, behind] = pattern.split('*') as [string, string];
  return path.startsWith(before) && path.endsWith(behind) && path.length >= before.length + behind.length;
}

/** `max_pool2d` of `pooling/max_pool2d.wgsl`. */
export function stemOf({ path }: Shader): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.wgsl$/, '');
}
