import { type Command, InvalidArgumentError, Option } from 'commander';
import { openCaltech101Folder } from '../data/caltech101.node.js';
import type { ImageDataset } from '../data/dataset.js';
import { DecodeCache } from '../data/decode-cache.js';
import { DecodePool } from '../data/decode-pool.node.js';
import { folderNotes } from '../data/folder-notes.js';
import { ImageLoader } from '../data/loader.js';
import { DATA_FORMATS, type DataFormat, openDataset, recogniseFormat } from '../data/open-dataset.node.js';
import type { PictureDecoder } from '../data/picture-decoder.js';
import { concatenateDatasets } from '../data/subset.js';
import { openVocParts } from '../data/voc.node.js';
import type { Architecture } from '../models/architecture.js';
import { printable } from '../runtime/quote.js';
import { noticeColours } from './grey-notice.js';
import { GROUPS } from './help.js';
import { wholeNumber } from './options.js';
import { say } from './output.js';

/** What every command that reads a data set takes. */
export interface DataOptions {
  readonly data: string;
  readonly format: DataFormat;
  readonly workers?: number;
  readonly cache?: number;
  readonly maxUnreadable: number;
}

/** `--data`, among the common options. */
export function withDataOption(
  command: Command,
  { required = true, what = 'folder or list of pictures, or digits for the built-in set' } = {},
): Command {
  return command.optionsGroup(GROUPS.common).addOption(new Option('--data <path>', what).makeOptionMandatory(required));
}

/** How the pictures of `--data` lie and are read. */
export function withReadingOptions(command: Command): Command {
  return withDecodingOptions(
    command
      .optionsGroup(GROUPS.pictures)
      .addOption(new Option('--format <format>', 'layout of --data').choices(DATA_FORMATS).default('auto')),
  );
}

/** How pictures are decoded, wherever they come from. */
export function withDecodingOptions(command: Command): Command {
  return command
    .optionsGroup(GROUPS.pictures)
    .option('--workers <n>', 'decoding threads (default: one less than processors)', wholeNumber(1))
    .option('--cache <MiB>', 'memory for decoded pictures, which later passes then need not decode', wholeNumber(0))
    .option('--max-unreadable <share>', 'share of unreadable pictures to skip before failing, 0 to 1', share, 0.01);
}

/** An option parser for numbers from 0 to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 1)) throw new InvalidArgumentError('give a number from 0 to 1.');
  return value;
}

/**
 * Runs work with decoding threads (and a cache, where asked for), and ends them afterwards.
 * @param architecture the network that looks at the pictures: where it drops their colours, a line says so
 */
export async function withDecoder<T>(
  { workers, cache }: Pick<DataOptions, 'workers' | 'cache'>,
  architecture: Architecture,
  work: (decoder: PictureDecoder) => Promise<T>,
): Promise<T> {
  const pool = new DecodePool(workers === undefined ? {} : { workers });
  try {
    const noticing = noticeColours(pool, architecture);
    return await work(cache === undefined ? noticing : new DecodeCache(noticing, cache * 2 ** 20));
  } finally {
    await pool.close();
  }
}

/**
 * Every picture of a data set, whatever part it is in: also those of Caltech-101 beyond the 80 per class of its protocol, and
 * VOC's test part. Throws FileError.
 */
export async function openWhole(data: string, format: DataFormat): Promise<ImageDataset> {
  const layout = await recogniseFormat(data, format);
  if (layout === 'voc') return concatenateDatasets(await openVocParts(data));
  if (layout === 'caltech101') {
    const folder = await openCaltech101Folder(data);
    reportNotes(folderNotes(folder));
    return folder;
  }
  const { train, test, notes } = await openDataset(data, { format: layout, seed: 0 });
  reportNotes(notes);
  return concatenateDatasets(test ? [train, test] : [train]);
}

/** Says what was left out of a data set, or taken from places where one might not expect it. */
export function reportNotes(notes: readonly string[] = []): void {
  for (const note of notes) say(note);
}

/** Pictures that pass through a network together. */
export const SEQUENTIAL_BATCH = 32;

/** All pictures once, in the order of the data set. @param places those of a part, from the beginning of a batch on */
export function sequentialLoader(
  dataset: ImageDataset,
  { maxUnreadable }: Pick<DataOptions, 'maxUnreadable'>,
  decoder: PictureDecoder,
  places?: { readonly from: number; readonly to: number },
): ImageLoader {
  const batchSize = SEQUENTIAL_BATCH;
  const batchRange = places && ([places.from / batchSize, Math.ceil(places.to / batchSize)] as const);
  return new ImageLoader(dataset, {
    ...{ batchSize, seed: 0, shuffle: false, decoder, maxUnreadable },
    ...(batchRange && { batchRange }),
  });
}

/** Lists the pictures that could not be read, if any. */
export function reportUnreadable({ unreadable, dataset }: ImageLoader): void {
  if (unreadable.size === 0) return;
  say(`${unreadable.size} of ${dataset.length} pictures of ${dataset.name} were unreadable and left out:`);
  for (const [id, problem] of unreadable) say(`  ${printable(id, 200)}: ${printable(problem, 400)}`);
}
