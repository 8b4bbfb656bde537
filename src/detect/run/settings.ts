import type { ProjectionName } from '../features/place-windows.js';
import type { ScaleRule } from '../features/scale-rule.js';
import type { RegionSchedule } from '../training/fine-tune.js';

/** Everything that decides what a detector learns from given pictures; plain JSON. */
export interface DetectorRecipe {
  /** Layer of the features: `spp`, `fc7`, ... */
  readonly layer: string;
  readonly windows: {
    readonly scales: readonly number[];
    readonly scaleRule: ScaleRule;
    readonly projection: ProjectionName;
  };
  /** Looks at every window by itself, warped to the net's input, instead of on maps: for comparison. */
  readonly rcnn?: boolean;
  /** Training of the fully connected layers; null: features of the backbone as it is. */
  readonly tuning: {
    readonly schedule: RegionSchedule;
    readonly scales: 'random' | 'best';
    readonly flips: boolean;
    readonly validateEvery: number;
  } | null;
  readonly mining: {
    readonly c: number;
    readonly positiveWeight: number;
    readonly biasFeature: number;
    readonly nearCopies: number;
    readonly maxBytes: number;
  };
  /** Null: boxes stay where the proposals put them. */
  readonly regression: { readonly lambda: number; readonly minIou: number; readonly maxBytes: number } | null;
  /** How windows are proposed, as the detector's file says it. */
  readonly proposals: Readonly<Record<string, unknown>>;
  readonly seed: number;
}

/** What is done one after the other; each leaves its files in the run's folder. */
export const RUN_STAGES = ['proposals', 'maps', 'tuning', 'norm', 'svm', 'regression', 'export'] as const;
export type RunStage = (typeof RUN_STAGES)[number];

/** What a run tells on its way. */
export interface RunEvents {
  /** @param known the stage was finished by an earlier run */
  readonly onStage?: (stage: RunStage, known: boolean) => void;
  readonly onProgress?: (stage: RunStage, done: number, of: number, note: string) => void;
  /** A line for people. */
  readonly onNote?: (line: string) => void;
}
