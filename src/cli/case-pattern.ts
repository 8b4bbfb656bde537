import { UsageError } from './errors.js';

/** What `--cases` matches. @throws UsageError for what is not a regular expression */
export function casePattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new UsageError(`bench: --cases ${text} is not a regular expression; write a part of a name, such as conv`);
  }
}
