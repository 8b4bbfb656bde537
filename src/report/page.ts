/** The page around a report: one file, no scripts, nothing fetched (its own policy forbids it). */
import { type Content, html, trusted } from './html.js';
import css from './report.css?raw';

/** What stands on a page. */
export interface PageParts {
  /** A few words over the title, e.g. "sppgpu train". */
  kicker: string;
  title: string;
  /** One or two sentences under the title. */
  lead: Content;
  body: Content;
}

/** A whole HTML document. */
export function page({ kicker, title, lead, body }: PageParts): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="sppgpu">
<title>${title}</title>
<style>
${trusted(css)}</style>
</head>
<body>
<header class="top"><p class="kicker">${kicker}</p><h1>${title}</h1><p class="lead">${lead}</p></header>
<main>
${body}
</main>
</body>
</html>
`.text;
}

/** A section with a heading and, under it, an introduction. */
export function section(title: string, intro: Content, body: Content, className = ''): Content {
  return html`<section class="${className}"><h2>${title}</h2>${intro && html`<p class="intro">${intro}</p>`}
${body}</section>
`;
}
