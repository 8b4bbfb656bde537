import { type Command, Option } from 'commander';
import type { ImageDataset } from '../../data/dataset.js';
import { type DetectionSource, openDetectionSet } from '../../data/detection-set.node.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { say } from '../output.js';

/** Where annotated pictures are. */
export interface DetectionDataOptions {
  readonly voc?: string;
  readonly set?: string;
  readonly coco?: string;
  readonly images?: string;
}

/** Notes that are printed one by one; of more, the rest is counted. */
const NOTES = 20;

export function withDetectionData(command: Command): Command {
  return command
    .optionsGroup(GROUPS.common)
    .option('--voc <folder>', "annotated pictures in VOC's layout")
    .option('--set <name>', 'list of ImageSets/Main (VOC), such as val')
    .addOption(new Option('--coco <file>', "annotated pictures in COCO's format (JSON)").conflicts(['voc', 'set']))
    .addOption(new Option('--images <folder>', 'folder of the pictures (COCO)').conflicts('voc'));
}

/** @throws UsageError unless the options name one set of pictures */
export function detectionSource(command: string, { voc, set, coco, images }: DetectionDataOptions): DetectionSource {
  if (coco !== undefined) return { coco, ...(images !== undefined && { images }) };
  if (voc === undefined) throw new UsageError(`${command}: no pictures; give --voc FOLDER --set NAME, or --coco FILE`);
  if (set === undefined) throw new UsageError(`${command}: no list of pictures; give --set NAME, such as --set val`);
  return { voc, set };
}

/** Opens annotated pictures and says what was left out. Throws FileError. */
export async function openDetectionData(source: DetectionSource, classes?: readonly string[]): Promise<ImageDataset> {
  const { dataset, notes } = await openDetectionSet(source, classes);
  sayNotes(notes);
  return dataset;
}

/** Lines about data, as many as a person reads. */
export function sayNotes(notes: readonly string[]): void {
  for (const note of notes.slice(0, NOTES)) say(note);
  if (notes.length > NOTES) say(`and ${notes.length - NOTES} more of this kind`);
}
