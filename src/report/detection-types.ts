/** What the report of detections is made of. Shares lie in [0, 1]; NaN is shown as a dash. */
import type { Picture } from '../picture/picture.js';
import type { RunDetails } from './types.js';

/** Corners in pixels of the picture, half-open. */
export interface ReportBox {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

/** How well one class was found. */
export interface DetectedClass {
  label: string;
  ap11: number;
  apAll: number;
  /** Objects to find, and how many were found by however low a score. */
  objects: number;
  found: number;
  detections: number;
  /** Recall and precision at each score, from the highest down. */
  curve: readonly { recall: number; precision: number }[];
  /** Of the surest detections, as many as there are objects. */
  first: { right: number; place: number; class: number; background: number };
}

/** One thing that went wrong, as a part of its picture. */
export interface FailureSample {
  image: Picture;
  /** The detection and the object in question, where there are such, in pixels of `image`. */
  detection?: ReportBox;
  object?: ReportBox;
  name: string;
  /** In words, such as "dog 0.93, overlap 0.31". */
  caption: string;
}

export interface FailureGroup {
  title: string;
  note: string;
  /** How many there are in all. */
  total: number;
  samples: readonly FailureSample[];
}

/** A picture with what was found in it. */
export interface ExamplePicture {
  image: Picture;
  name: string;
  boxes: readonly { box: ReportBox; label: string; right: boolean }[];
}

/** Everything the report of detections shows. */
export interface DetectionReport {
  title: string;
  kicker: string;
  dataset: string;
  images: number;
  map11: number;
  mapAll: number;
  perClass: readonly DetectedClass[];
  failures: readonly FailureGroup[];
  /** Some pictures, and in words which detections are drawn into them. */
  examples?: { note: string; pictures: readonly ExamplePicture[] };
  run: RunDetails;
}
