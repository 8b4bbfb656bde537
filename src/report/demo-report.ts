/** The demo's report: an SPP-net against the same net with a fixed last pool. */
import { count, duration, number, percent, plural, signed } from './format.js';
import { type Content, html } from './html.js';
import { page, section } from './page.js';
import { bucketAccuracy } from './sections/bucket-accuracy.js';
import { confusionSection } from './sections/confusion.js';
import { explanation } from './sections/explanation.js';
import { bigPercent, type HeadlineNumber, headline } from './sections/headline.js';
import { learningCurves } from './sections/learning-curves.js';
import { pyramidSection } from './sections/pyramid.js';
import { runDetails } from './sections/run-details.js';
import { digitGrid } from './sections/samples.js';
import { accuracy, pairedDifference, wilsonInterval } from './statistics.js';
import type { DemoNet, DemoReport, Lead } from './types.js';

/** One self-contained HTML document. Works with empty lists and with numbers that are NaN. */
export function demoReport(report: DemoReport): string {
  const { spp, samples, mistakes = [], classes } = report;
  return page({
    kicker: 'sppgpu demo',
    title: report.title ?? 'One net for pictures of every size',
    lead: `Two nets, alike but for their last pooling layer, learned from the same images. This is how they read ${report.testImages ?? `${count(spp.total)} images that neither had seen`}.`,
    body: html`${headline(numbers(report))}
${section('What it sees', 'Held-out images at their true relative sizes, with the answer of the net with the pyramid and how sure it is.', digitGrid(samples))}
${mistakes.length > 0 && section('Where it goes wrong', 'Images it named wrongly, and what they are.', digitGrid(mistakes))}
${bucketAccuracy(report)}
${explanation(report.levels, report.channels)}
${pyramidSection(report.pyramids, report.levels)}
${learningCurves(report)}
${confusionSection(classes, spp.confusion, spp.name)}
${runDetails(report.run)}`,
  });
}

function numbers({ spp, fixed, leads }: DemoReport): HeadlineNumber[] {
  const points = 100 * (accuracy(spp) - accuracy(fixed));
  return [
    { name: spp.name, ...bigPercent(accuracy(spp)), note: details(spp), tone: 1 },
    { name: fixed.name, ...bigPercent(accuracy(fixed)), note: details(fixed), tone: 2 },
    {
      name: 'Difference',
      value: Number.isFinite(points) ? signed(points, 2) : '–',
      unit: 'points',
      note: html`${mistakesWords(spp.total - spp.correct, fixed.total - fixed.correct)}${leads && html`<br>${certainty(leads.all)}`}`,
    },
  ];
}

/** Both nets saw the same images, which tells more than two intervals side by side. */
function certainty({ onlySpp, onlyFixed, total }: Lead): string {
  const { low, high } = pairedDifference(onlySpp, onlyFixed, total);
  if (!Number.isFinite(low)) return '';
  const words = low > 0 || high < 0 ? '' : ': chance could explain it';
  return `95\u00a0% interval ${signed(100 * low)} to ${signed(100 * high)}${words}`;
}

function details(net: DemoNet): Content {
  const [low, high] = wilsonInterval(net.correct, net.total);
  const extra = [
    net.parameters !== undefined && `${count(net.parameters)} weights`,
    net.seconds !== undefined && `trained in ${duration(net.seconds)}`,
  ];
  return html`${count(net.correct)} of ${count(net.total)} right${Number.isFinite(low) && html`<br>95\u00a0% interval ${(100 * low).toFixed(1)}–${percent(high)}`}${extra.some(Boolean) && html`<br>${extra.filter(Boolean).join(', ')}`}`;
}

function mistakesWords(spp: number, fixed: number): string {
  const ratio = fixed / spp;
  const words = `${plural(spp, 'mistake')} instead of ${count(fixed)}`;
  return Number.isFinite(ratio) && ratio > 1.05 ? `${words}: ${number(ratio, 2)} times fewer.` : `${words}.`;
}
