import { useEffect } from 'preact/hooks';
import { adapter } from '../../state.js';
import { useFiles } from '../../ui/receive-files.js';
import { FindStep } from './find-step.js';
import { ShowStep } from './show-step.js';
import { addScenes, cards, takeFiles } from './teach-state.js';
import { TrainStep } from './train-step.js';

/** Draw boxes, train, find: a detector in a minute. */
export function TeachTab() {
  useFiles('teach', takeFiles);
  const ready = adapter.value !== null;
  useEffect(() => {
    if (ready && cards.value.length === 0) void addScenes();
  }, [ready]);
  return (
    <div class="page">
      <div class="lead">
        <h1>Teach it what to find</h1>
        <p>
          Draw boxes around a thing on a few pictures, press train, and it finds the thing in pictures that it has not
          seen. The net, the windows, the classifiers and the hard negatives all run in this page; no picture leaves it.
        </p>
      </div>
      <div class="columns">
        <ShowStep />
        <div class="stack">
          <TrainStep />
          <FindStep />
        </div>
      </div>
    </div>
  );
}
