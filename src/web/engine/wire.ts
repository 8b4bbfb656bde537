/** What crosses the border between the page and its engine: plain data only. */
import type { RungLine } from '../../bench/time-rungs.js';
import type { ImageObject } from '../../data/objects.js';
import type { ScoredWindows } from '../../detect/detections.js';
import type { StageSeconds } from '../../detect/features/stages.js';
import type { Bucket } from '../../report/types.js';

export interface AdapterReport {
  readonly name: string;
  readonly software: boolean;
  readonly features: readonly string[];
  readonly maxBindingBytes: number;
}

/** A picture that the engine holds, with what the page draws of it. */
export interface ShownPicture {
  readonly id: number;
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** Pixels of the file, of which the engine keeps fewer where they are very many. */
  readonly full: { readonly width: number; readonly height: number };
  /** Perhaps smaller than the picture. */
  readonly preview: { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray<ArrayBuffer> };
  /** Where the things are, in pictures that the page has composed itself. */
  readonly truth: readonly ImageObject[] | null;
}

/** How far a longer piece of work has come. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly of: number;
}

export type OnProgress = (progress: Progress) => void;

export interface TeachRequest {
  readonly classes: readonly string[];
  readonly pictures: readonly { readonly id: number; readonly objects: readonly ImageObject[] }[];
}

/** What came of teaching. */
export interface TeachReport {
  readonly seconds: Readonly<Record<string, number>>;
  readonly windows: number;
  readonly classes: readonly { readonly name: string; readonly positives: number; readonly negatives: number }[];
}

/** A detector that is ready. */
export interface DetectorReport {
  readonly classes: readonly string[];
  readonly backbone: string;
  readonly dimension: number;
}

/** All windows of a picture with their scores: what of them is shown is the page's choice. */
export interface FoundReport extends ScoredWindows {
  readonly classes: readonly string[];
  /** Score above which each of them is shown, as training found it. */
  readonly thresholds: readonly number[];
  readonly width: number;
  readonly height: number;
  readonly seconds: StageSeconds;
}

export interface JudgeReport {
  readonly pictures: number;
  readonly map: number;
  readonly classes: readonly {
    readonly name: string;
    readonly ap: number;
    readonly objects: number;
    readonly found: number;
  }[];
}

export interface TrainRequest {
  readonly digits: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly seed: number;
}

export interface TrainStep {
  readonly epoch: number;
  readonly step: number;
  readonly steps: number;
  readonly size: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly imagesPerSecond: number;
}

export interface TrainEpoch {
  /** Epochs that are done. */
  readonly epoch: number;
  readonly size: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly seconds: number;
}

export interface Accuracy {
  readonly correct: number;
  readonly total: number;
  readonly bySize: readonly Bucket[];
}

export interface TrainEvents {
  readonly onStep: (step: TrainStep) => void;
  readonly onEpoch: (epoch: TrainEpoch, accuracy: Accuracy) => void;
}

export interface ModelReport {
  readonly title: string;
  readonly classes: readonly string[];
  readonly parameters: number;
  readonly channels: number;
  readonly inputSize: number;
  readonly minimumSize: number;
  /** Bins per side of each level; empty for a net whose head is not a pyramid. */
  readonly levels: readonly number[];
}

export interface ScoredClass {
  readonly label: string;
  readonly probability: number;
}

/** What a net sees in a picture. */
export interface LookReport {
  readonly top: readonly ScoredClass[];
  /** The last map: [channels, height, width]. */
  readonly map: {
    readonly channels: number;
    readonly width: number;
    readonly height: number;
    readonly values: Float32Array<ArrayBuffer>;
  };
  readonly input: { readonly width: number; readonly height: number };
  readonly milliseconds: number;
}

export interface WindowReport {
  readonly top: readonly ScoredClass[];
  /** What the pyramid makes of the window. */
  readonly vector: Float32Array<ArrayBuffer>;
}

/** Cells of a map, half-open. */
export interface CellWindow {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A sweep of the pooling kernels. */
export interface SweepReport {
  readonly name: string;
  /** Sizes that are measured. */
  readonly points: number;
}

/** A ladder of kernels as the page shows it. */
export interface FamilyReport {
  readonly family: string;
  readonly sizeIs: string;
  readonly size: number;
  /** The reader has taken rungs of it, for work of some size. */
  readonly taken: boolean;
  readonly rungs: readonly {
    readonly rung: string;
    readonly file: string;
    readonly why: string;
    /** What was measured, of a rung that is nowhere the fastest. */
    readonly lost: string | null;
    readonly runs: boolean;
    readonly chosen: boolean;
    readonly kernels: readonly { readonly name: string; readonly code: string }[];
  }[];
}

/** What came of an edited kernel: the compiler's errors, or a checked time. */
export interface EditOutcome {
  readonly errors: readonly { readonly line: number; readonly column: number; readonly message: string }[];
  readonly line: RungLine | null;
}
