import { type KernelLayout, reflectKernel } from './reflect.js';

/** A compute shader as written: a name for labels and profiles, and its WGSL source. Device-independent. */
export interface Kernel {
  readonly name: string;
  readonly code: string;
  /** Bindings, uniform layout and overrides, reflected from the source on first use. */
  readonly layout: KernelLayout;
}

const registry = new Map<string, Kernel>();

/**
 * Declares a kernel from WGSL sources: preludes first, the entry point last.
 * WGSL wants `enable` directives before everything else, so they are moved to the top.
 * @throws if another kernel has the same name.
 */
export function defineKernel(name: string, ...sources: string[]): Kernel {
  if (registry.has(name)) throw new Error(`kernel ${name} is defined twice`);
  let layout: KernelLayout | undefined;
  const code = assemble(sources);
  const kernel: Kernel = {
    name,
    code,
    get layout() {
      layout ??= reflectKernel(name, code);
      return layout;
    },
  };
  registry.set(name, kernel);
  return kernel;
}

/** Every kernel of the modules loaded so far, in order of definition: for compile checks and study. */
export function definedKernels(): readonly Kernel[] {
  return [...registry.values()];
}

function assemble(sources: readonly string[]): string {
  const enables = new Set<string>();
  const bodies = sources.map((source) =>
    source.replace(/^[ \t]*(?:enable|requires)\s[^;]*;[^\n]*\n?/gm, (directive) => {
      enables.add(directive.trim());
      return '';
    }),
  );
  return [...enables, ...bodies].join('\n');
}
