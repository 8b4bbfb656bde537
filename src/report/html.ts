/** HTML that is safe by construction: whatever is put into a template is escaped unless it is markup already. */

/** Text that is HTML or SVG already. Made by `html` and `trusted` only. */
export class Markup {
  constructor(readonly text: string) {}
  toString(): string {
    return this.text;
  }
}

/** What may stand inside a template; null, undefined and false leave nothing, lists are joined. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Characters that no HTML page may hold (controls, lone surrogates) become U+FFFD, and markup characters become entities. */
export function escapeText(text: string): string {
  return text.replace(/(?![\t\n])[\p{Cc}\p{Cs}]/gu, '\ufffd').replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

/** Marks text as HTML. Only for text that this program made itself. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (Array.isArray(content)) return content.map(render).join('');
  return escapeText(String(content));
}

/** Tagged template: html`<b>${name}</b>` escapes `name`. Attributes must be quoted. */
export function html(parts: TemplateStringsArray, ...contents: Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + render(contents[i - 1]) + part));
}
