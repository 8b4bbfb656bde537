import { classCounts, type ImageDataset, labelKind } from '../data/dataset.js';
import type { Architecture, ModelOptions } from '../models/architecture.js';
import { activationOf, kindOf } from '../models/layers/index.js';
import { buildArchitecture } from '../models/registry.js';
import { SppgpuError } from '../runtime/errors.js';
import { quoted } from '../runtime/quote.js';

/** Layouts of grey pictures of one sign each: mirroring would make other signs of them. */
const GREY_FORMATS: readonly string[] = ['digits', 'idx'];

/** What a layout of data says of its pictures. */
export function picturesOf(format: string): { readonly channels: 1 | 3; readonly mirrors: boolean } {
  return GREY_FORMATS.includes(format) ? { channels: 1, mirrors: false } : { channels: 3, mirrors: true };
}

/**
 * The classes without a training picture, where pictures have several classes each and that may be.
 * @throws SppgpuError where each has one: nothing could be learned of such a class
 */
export function classesWithoutPictures(train: ImageDataset): string[] {
  const counts = classCounts(train);
  const empty = train.classes.filter((_, c) => counts[c] === 0);
  if (empty.length === 0 || labelKind(train) === 'multi') return empty;
  throw new SppgpuError(
    `${train.name}: class ${quoted(empty[0])} has no training picture; add some, remove it, or lower --val-share`,
  );
}

/** An architecture for the classes of the data. @throws SppgpuError for options that cannot be */
export function architectureFor(train: ImageDataset, name: string, options: ModelOptions): Architecture {
  const architecture = buildArchitecture(name, { ...options, classes: train.classes.length });
  if (labelKind(train) === 'multi') checkSignedScores(architecture);
  return architecture;
}

/** A sigmoid says no below 0: a head that ends in a ReLU (SqueezeNet's own) cannot. */
function checkSignedScores({ name, classifier }: Architecture): void {
  const last = classifier.findLast((layer) => !kindOf(layer).keepsSigns);
  if (activationOf(last) === undefined) return;
  throw new SppgpuError(
    `${name}: its published head has no scores below 0, which pictures of several classes need; give it an SPP head with --pyramid 6,3,2,1`,
  );
}
