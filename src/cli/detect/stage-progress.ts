import { RUN_STAGES, type RunEvents, type RunStage } from '../../detect/run/settings.js';
import { say } from '../output.js';
import { Progress } from '../progress.js';

const TITLES: Readonly<Record<RunStage, { readonly title: string; readonly unit: string }>> = {
  proposals: { title: 'windows', unit: 'pictures' },
  maps: { title: 'feature maps', unit: 'pictures' },
  tuning: { title: 'fully connected layers', unit: 'steps' },
  norm: { title: 'length of features', unit: 'pictures' },
  svm: { title: 'classifiers', unit: 'pictures (each twice)' },
  regression: { title: 'boxes', unit: 'pictures' },
  export: { title: 'detector', unit: '' },
};

/** Shows the stages of a run: each with its progress and time left. */
export class StageProgress implements RunEvents {
  private progress: Progress | null = null;
  private started = performance.now();

  constructor(private readonly stages: readonly RunStage[] = RUN_STAGES) {}

  readonly onStage = (stage: RunStage, known: boolean): void => {
    this.stop();
    this.started = performance.now();
    const place = `[${this.stages.indexOf(stage) + 1}/${this.stages.length}]`;
    say(`${place} ${TITLES[stage].title}${known ? ': done before' : ''}`);
  };

  readonly onProgress = (stage: RunStage, done: number, of: number, note: string): void => {
    const { title, unit } = TITLES[stage];
    this.progress ??= new Progress(`${title}:`, of, unit);
    this.progress.update(done, note);
    if (done === of) {
      this.stop();
      say(`  ${of} ${unit} in ${((performance.now() - this.started) / 1000).toFixed(1)} s`);
    }
  };

  readonly onNote = (line: string): void => say(`  ${line}`);

  stop(): void {
    this.progress?.stop();
    this.progress = null;
  }
}
