import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { root } from './repository.js';

/** A declaration of the built package: the file that has it, and its name there. */
export interface Declaration {
  readonly file: string;
  readonly name: string;
  readonly isType: boolean;
}

interface Statement {
  readonly text: string;
  readonly name: string;
  readonly isType: boolean;
}

const files = new Map<string, readonly string[]>();

/** The statements of a `.d.ts` file without comments; each starts at the beginning of a line. */
function statementsOf(file: string): readonly string[] {
  let statements = files.get(file);
  if (!statements) {
    const code = readFileSync(root + file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    statements = code.split(/\n(?=(?:export|import|declare|type|interface)\b)/).map((text) => text.trim());
    files.set(file, statements);
  }
  return statements;
}

function resolve(from: string, target: string): string {
  return posix.join(posix.dirname(from), target.replace(/\.js$/, '.d.ts'));
}

/** What a file exports, by its public name; namespaces are entered as `ns.name`. */
export function exportsOf(file: string): Map<string, Declaration> {
  const all = new Map<string, Declaration>();
  // Names given by name win over those of `export *`.
  const stars = (text: string) => Number(text.startsWith('export *'));
  for (const text of [...statementsOf(file)].sort((a, b) => stars(b) - stars(a))) {
    const star = /^export \* (?:as (\w+) )?from ['"](.+)['"]/.exec(text);
    const list = /^export (type )?\{([\s\S]*?)\}(?: from ['"](.+)['"])?/.exec(text);
    const own = declared(text);
    if (star) {
      const inner = exportsOf(resolve(file, star[2]!));
      for (const [name, found] of inner) all.set(star[1] ? `${star[1]}.${name}` : name, found);
    } else if (list) {
      const source = list[3] ? exportsOf(resolve(file, list[3])) : null;
      for (const item of list[2]!.split(',').filter((part) => part.trim() !== '')) {
        const [local, name = local] = item
          .trim()
          .replace(/^type /, '')
          .split(' as ') as [string, string?];
        const found = source?.get(local!) ?? lookUp(file, local!);
        if (found) all.set(name!, found);
      }
    } else if (own && text.startsWith('export ')) {
      all.set(own.name, { file, name: own.name, isType: own.isType });
    }
  }
  return all;
}

/** Own types of the package that a declaration speaks of, where users see it: not in private members. */
export function typesIn({ file, name }: Declaration): Declaration[] {
  const statement = statementsOf(file).find((text) => declared(text)?.name === name);
  const visible = (statement ?? '')
    .split('\n')
    .filter((line) => !/^\s*(private|protected|readonly #|#)/.test(line))
    .join('\n');
  // Constants that types are made of (`keyof typeof NAMES`) are no types themselves.
  const words = new Set(visible.match(/\b[A-Z]\w*[a-z]\w*/g));
  words.delete(name);
  return [...words].flatMap((word) => lookUp(file, word) ?? []);
}

/** What a name means inside a file: a declaration of its own, or one that it imports from another file of the package. */
function lookUp(file: string, name: string): Declaration | null {
  for (const text of statementsOf(file)) {
    const own = declared(text);
    if (own?.name === name) return { file, name, isType: own.isType };
    const imported = /^import (?:type )?\{([\s\S]*?)\} from ['"](\..+)['"]/.exec(text);
    const names = imported?.[1]?.split(',').map((part) =>
      part
        .trim()
        .replace(/^type /, '')
        .split(' as '),
    );
    const found = names?.find((pair) => pair.at(-1) === name);
    if (found) return exportsOf(resolve(file, imported![2]!)).get(found[0]!) ?? null;
  }
  return null;
}

function declared(text: string): Statement | null {
  const found =
    /^(?:export )?(?:declare )?(?:abstract )?(class|function\*?|async function|const|let|interface|type|enum) (\w+)/.exec(
      text,
    );
  if (!found) return null;
  return { text, name: found[2]!, isType: found[1] === 'interface' || found[1] === 'type' };
}
