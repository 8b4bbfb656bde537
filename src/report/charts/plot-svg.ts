/** Observable Plot without a browser: an SVG string whose colours are the page's style variables. */
import { type PlotOptions, plot } from '@observablehq/plot';
import { parseHTML } from 'linkedom';
import { escapeText, type Markup, trusted } from '../html.js';

/** The page's colours, see report.css; they follow the reader's light or dark setting. */
export const INK = 'var(--ink)';
export const MUTED = 'var(--muted)';
export const RULE = 'var(--rule)';
export const PAPER = 'var(--paper)';
export const TONES = [INK, 'var(--tone-1)', 'var(--tone-2)'] as const;

/** About the width of `text` at the charts' lettering (12 px), on the safe side. */
export function textWidth(text: string): number {
  return 7.2 * Array.from(text).length;
}

/** Draws a plot; `description` is what a screen reader says instead of the picture. */
export function plotSvg(options: PlotOptions, description: string): Markup {
  const { document } = parseHTML('<html><body></body></html>');
  const svg = plot({ className: 'plot', ...options, document: document as unknown as Document });
  for (const style of svg.querySelectorAll('style')) style.remove();
  for (const part of svg.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  const round = (digits: string) => String(Math.round(Number(digits) * 100) / 100);
  const text = svg.outerHTML.replace(/<[^>]*>/g, (tag) => tag.replace(/-?\d+\.\d{3,}/g, round));
  return trusted(text.replace('<svg ', `<svg role="img" aria-label="${escapeText(description)}" `));
}
