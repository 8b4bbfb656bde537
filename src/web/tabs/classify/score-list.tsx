import type { ScoredClass } from '../../engine/wire.js';
import { percent } from '../../ui/controls.js';

/** Classes with their probabilities, the likeliest first. */
export function ScoreList({ list, testId }: { list: readonly ScoredClass[]; testId: string }) {
  return (
    <ol class="top-list" data-testid={testId}>
      {list.map(({ label, probability }) => (
        <li key={label}>
          <span class="name">{label}</span>
          <span class="bar" style={{ width: `${100 * probability}%` }} />
          <span class="figure">{percent(probability)}</span>
        </li>
      ))}
    </ol>
  );
}
