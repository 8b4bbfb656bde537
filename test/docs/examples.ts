/** The examples of the documentation, as data: what stands in fenced blocks of a Markdown page. */

export interface Block {
  readonly language: string;
  readonly code: string;
  /** Line of the page on which the code starts. */
  readonly line: number;
}

/** The fenced code blocks of a Markdown page. */
export function codeBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: { language: string; line: number; code: string[] } | null = null;
  for (const [i, line] of markdown.split('\n').entries()) {
    const fence = /^```(\w*)/.exec(line);
    if (!fence) {
      open?.code.push(line);
    } else if (open) {
      blocks.push({ language: open.language, line: open.line, code: `${open.code.join('\n')}\n` });
      open = null;
    } else {
      open = { language: fence[1]!, line: i + 2, code: [] };
    }
  }
  return blocks;
}

export interface Printed {
  /** Line of the block, from 0. */
  readonly line: number;
  readonly text: string;
}

/** What an example says it prints: the comments behind `console.log(...)`, in order. */
export function promises(code: string): Printed[] {
  return code.split('\n').flatMap((text, line) => {
    const found = /console\.log\(.*\);\s*\/\/ (.+)$/.exec(text);
    return found ? [{ line, text: found[1]! }] : [];
  });
}

type Modules = Readonly<Record<string, object>>;

/**
 * Runs the JavaScript of an example against the given modules instead of installed packages.
 * @returns one list of arguments for each `console.log`
 */
export async function runExample(code: string, modules: Modules): Promise<unknown[][]> {
  const imported = code.replace(/^import ['"]([^'"]+)['"];?$/gm, (_, module: string) => {
    if (!modules[module]) throw new Error(`an example imports ${module}, which is not offered`);
    return '';
  });
  const body = imported.replace(
    /^import \{([^}]*)\} from ['"]([^'"]+)['"];?$/gm,
    (_, names: string, module: string) => {
      if (!modules[module]) throw new Error(`an example imports ${module}, which is not offered`);
      return `const {${names}} = modules[${JSON.stringify(module)}];`;
    },
  );
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as FunctionConstructor;
  const logged: unknown[][] = [];
  const run = new AsyncFunction('modules', 'console', body) as (...args: unknown[]) => Promise<void>;
  await run(modules, { log: (...args: unknown[]) => logged.push(args) });
  return logged;
}
