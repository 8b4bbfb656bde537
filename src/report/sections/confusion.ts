/** What was taken for what: the matrix, and the mistakes made most often in words. */
import { confusionMatrix, DRAWN_CLASSES, LETTERED_CLASSES, largeConfusionMatrix } from '../charts/confusion-matrix.js';
import { figure, responsive, type TableData, table } from '../figure.js';
import { count, percent, shorten } from '../format.js';
import { type Content, html } from '../html.js';
import { section } from '../page.js';
import { classBuckets, confusionCount, mixups } from '../statistics.js';

/** Section "What is taken for what"; `of` says whose answers they are. */
export function confusionSection(
  classes: readonly string[],
  confusion: readonly (readonly number[])[],
  of: string,
): Content {
  const buckets = classBuckets(classes, confusion);
  const images = buckets.reduce((sum, bucket) => sum + bucket.total, 0);
  const right = buckets.reduce((sum, bucket) => sum + bucket.correct, 0);
  const few = classes.length <= LETTERED_CLASSES;
  const description = `Confusion matrix of ${classes.length} classes: ${count(right)} of ${count(images)} images on the diagonal.`;
  const draw = (width: number) => (few ? confusionMatrix : bare)(classes, confusion, width, description);
  const matrix = images === 0 || classes.length > DRAWN_CLASSES ? null : responsive(draw);
  return section(
    'What is taken for what',
    `Answers of ${of}. Each row holds the images of one class; a net without mistakes would fill the diagonal only. Stronger colour means a larger share of the row.`,
    html`<div class="columns">
${figure({
  title: 'Confusion matrix',
  key: [
    { label: 'right', tone: 1, mark: 'square' },
    { label: 'mistaken', tone: 2, mark: 'square' },
  ],
  chart: matrix,
  table: few ? countsTable(classes, confusion) : undefined,
})}
${frequent(classes, confusion, images - right)}
</div>`,
  );
}

const bare: typeof confusionMatrix = (classes, confusion, width, description) =>
  largeConfusionMatrix(classes.length, confusion, width, description);

function countsTable(classes: readonly string[], confusion: readonly (readonly number[])[]): TableData {
  return {
    columns: ['truth \\ answer', ...classes.map((name) => shorten(name, 16))],
    rows: classes.map((name, truth) => [
      shorten(name, 32),
      ...classes.map((_, predicted) => count(confusionCount(confusion, truth, predicted))),
    ]),
  };
}

function frequent(classes: readonly string[], confusion: readonly (readonly number[])[], wrong: number): Content {
  const top = mixups(classes, confusion).slice(0, 10);
  const name = (index: number) => html`<bdi>${shorten(classes[index]!, 28)}</bdi>`;
  return html`<div><h3>Mistakes made most often</h3>${
    top.length === 0
      ? html`<p class="nothing">No mistakes.</p>`
      : table(
          {
            words: 2,
            columns: ['truth', 'the net says', 'images', 'share'],
            rows: top.map((mixup) => [
              name(mixup.truth),
              name(mixup.predicted),
              count(mixup.count),
              percent(mixup.count / wrong),
            ]),
          },
          'Mistakes made most often',
        )
  }</div>`;
}
