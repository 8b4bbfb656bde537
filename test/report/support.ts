/** What every report must keep. */
import { parseHTML } from 'linkedom';
import { expect } from 'vitest';

/** Fails when a page could reach outside itself, run anything, or say "NaN"; gives its document back. */
export function expectSelfContained(html: string): Document {
  expect(html.startsWith('<!doctype html>')).toBe(true);
  const { document } = parseHTML(html) as unknown as { document: Document };
  const elements = [...document.querySelectorAll('*')];
  expect(
    elements.filter((element) =>
      ['SCRIPT', 'LINK', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'FORM'].includes(element.tagName.toUpperCase()),
    ),
  ).toEqual([]);
  for (const element of elements) {
    for (const { name, value } of [...element.attributes]) {
      expect(name.startsWith('on'), `${element.tagName} ${name}`).toBe(false);
      if (['src', 'href', 'xlink:href', 'srcset', 'poster', 'action'].includes(name))
        expect(value).toMatch(/^data:image\/png;base64,/);
    }
  }
  for (const style of document.querySelectorAll('style')) expect(style.textContent).not.toMatch(/@import|url\(/);
  for (const image of document.querySelectorAll('img')) expect(image.getAttribute('alt')).toBeTruthy();
  for (const svg of document.querySelectorAll('svg[role=img]')) expect(svg.getAttribute('aria-label')).toBeTruthy();
  expect(document.querySelector('meta[http-equiv=Content-Security-Policy]')?.getAttribute('content')).toContain(
    "default-src 'none'",
  );
  expect(document.querySelector('main')?.textContent).not.toMatch(/NaN|undefined|null|Infinity/);
  for (const [svg] of html.matchAll(/<svg.*?<\/svg>/gs)) expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  return document;
}

/** Names that would break out of text, attributes, styles or the writing direction if they were not escaped. */
export const HOSTILE = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</style></svg><iframe src="https://example.com">',
  '&lt;b&gt;',
  'a\u0000b\u001b[31m\ud800',
  '\u202egnp.exe',
  'x'.repeat(50_000),
];
