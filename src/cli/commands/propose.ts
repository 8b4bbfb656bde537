import { basename, extname, join, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { ImageDataset } from '../../data/dataset.js';
import { DecodePool } from '../../data/decode-pool.node.js';
import { datasetIdentity, namesIdentity } from '../../data/identity.node.js';
import { boxCount } from '../../detect/boxes.js';
import type { EdgeSource } from '../../detect/edges/edge-map.js';
import { NET_EDGES_DEFAULTS } from '../../detect/edges/edges-seen.js';
import { PROPOSAL_METHODS } from '../../detect/proposals/methods.js';
import { openProposalSource } from '../../detect/proposals/proposal-source.node.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { fileHash } from '../../io/file-hash.node.js';
import { makeFolder } from '../../io/make-folder.node.js';
import { pngBytes } from '../../report/png.js';
import type { Shard } from '../../work/shard.js';
import { keepOffData } from '../data-output.js';
import {
  type DetectionDataOptions,
  detectionSource,
  openDetectionData,
  withDetectionData,
} from '../detect/data-options.js';
import { GRADIENTS, withEdges } from '../edges/source.js';
import { UsageError } from '../errors.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { reportIgnored, reportLeftOut } from '../left-out.js';
import { modelFile } from '../model-file.js';
import { type CommonOptions, wholeNumber, withCommonOptions } from '../options.js';
import { goOnWithoutReader, print, say } from '../output.js';
import { pictureFiles } from '../prediction/inputs.js';
import { Progress } from '../progress.js';
import { type ProposedPicture, proposedText, recallTable, recallText } from '../proposals/output.js';
import { overlayPicture } from '../proposals/overlay.js';
import { type ProposalInput, type ProposalOutcome, proposeAll } from '../proposals/pictures.js';
import { RunRecall } from '../proposals/recall-of-run.js';
import { commandLine } from '../run-details.js';
import { runShard, type ShardFlags, shardOf, withShardFlags, withUntimed } from '../sharding/shard-options.js';
import { version } from '../version.js';

interface ProposeOptions extends DetectionDataOptions, CommonOptions, ShardFlags {
  readonly method: string;
  readonly boxes?: string;
  readonly maxBoxes?: number;
  readonly out?: string;
  readonly show: number;
  readonly seed?: number;
  readonly edges?: string;
  readonly untimed?: boolean;
  readonly workers?: number;
}

/** `sppgpu propose`: windows that may hold things, and how well they cover what is annotated. Needs a device for a net of edges only. */
export function addPropose(program: Command): void {
  const command = program
    .command('propose [path...]')
    .description('windows that may hold things, of pictures or folders, or of annotated pictures with their recall');
  withDetectionData(command)
    .addOption(
      new Option('--method <name>', 'how windows are found')
        .choices(PROPOSAL_METHODS.map(({ name }) => name))
        .default('selective-search'),
    )
    .addOption(
      new Option('--boxes <file>', 'boxes of another program instead, JSON or text').conflicts(['method', 'seed']),
    )
    .addOption(
      new Option('--edges <path>', 'edges of a net of `sppgpu edges train`, for edge-boxes, instead of gradients')
        .implies({ method: 'edge-boxes' })
        .conflicts('boxes'),
    )
    .option('--max-boxes <n>', 'windows of a picture at most (default: as the method gives)', wholeNumber(1))
    .option(
      '--out <folder>',
      'draw windows into copies of the pictures, and write a report where there are annotations',
    )
    .option('--show <n>', 'windows to draw where there are no annotations', wholeNumber(1), 30)
    .option('--seed <n>', 'of the order among windows of one rank (default: 0)', wholeNumber(0));
  withShardFlags(command)
    .optionsGroup(GROUPS.machine)
    .option('--workers <n>', 'threads (default: one less than processors)', wholeNumber(1));
  withUntimed(withCommonOptions(command)).action((paths: readonly string[], options: ProposeOptions) =>
    interruptible((signal) => proposeFrom(paths, options, signal)),
  );
}

/** Opens a device where a net finds the edges, and only there. */
async function proposeFrom(paths: readonly string[], options: ProposeOptions, signal: AbortSignal): Promise<void> {
  const { edges, method } = options;
  if (edges !== undefined && method !== 'edge-boxes') {
    throw new UsageError(`propose: ${method} does not look at edges; leave --edges out`);
  }
  const shard = shardOf('propose', options);
  if (shard) return proposeShard(paths, options, shard, signal);
  const { dataset, inputs, failures } = await annotatedInputs(paths, options);
  await withEdgesOf(options, (find) => propose(paths, options, { dataset, inputs, failures }, signal, find));
}

async function withEdgesOf<T>(
  options: ProposeOptions,
  work: (edges: EdgeSource | undefined, adapter: string) => Promise<T>,
): Promise<T> {
  if (options.edges === undefined) return work(undefined, 'CPU');
  return withEdges({ ...options, model: options.edges, sizes: NET_EDGES_DEFAULTS.sizes }, work);
}

/** A shard keeps the text of each picture's line, and for the recall of all the windows as they were found. */
async function proposeShard(
  paths: readonly string[],
  options: ProposeOptions,
  shard: Shard,
  signal: AbortSignal,
): Promise<void> {
  const { boxes, method, maxBoxes, seed, edges } = options;
  if (options.out !== undefined) throw new UsageError('propose: shards draw nothing; leave --out out');
  const { dataset, inputs, failures } = await annotatedInputs(paths, options);
  if (options.voc !== undefined) await keepOffData(options.shardFolder, options.voc, 'voc');
  const files = inputs.map(({ file }) => file);
  const models = [
    ...(boxes === undefined ? [] : [boxes]),
    ...(edges === undefined || edges === GRADIENTS ? [] : [await modelFile(edges)]),
  ];
  const identity = {
    command: 'propose',
    options: {
      ...{
        method: boxes === undefined ? method : 'boxes',
        maxBoxes: maxBoxes ?? null,
        seed: seed ?? 0,
        edges: edges !== undefined,
      },
      ...{ recall: dataset !== undefined, files: namesIdentity(files).sha256 },
    },
    models: await Promise.all(models.map(fileHash)),
    data: dataset ? datasetIdentity(dataset) : namesIdentity(files),
  };
  await runShard(options, { identity, shard }, ({ range: { from, to } }) =>
    withEdgesOf(options, async (find, adapter) => {
      const left = shard.index === 1 ? [...failures] : [];
      const lines: ProposedPicture[] = [];
      const rows: Float32Array[] = [];
      await proposeEach(inputs.slice(from, to), options, signal, find, async (outcome) => {
        if ('problem' in outcome) {
          left.push(outcome.problem);
          return;
        }
        const { file, objects, proposals } = outcome;
        lines.push({
          text: proposedText(file, proposals, true),
          ...(objects && { objects, boxes: boxCount(proposals.boxes) }),
        });
        if (objects) rows.push(proposals.boxes);
      });
      return { lines, rows, left, adapter };
    }),
  );
}

interface ProposeInputs {
  readonly dataset: ImageDataset | undefined;
  readonly inputs: readonly ProposalInput[];
  readonly failures: string[];
}

async function annotatedInputs(paths: readonly string[], options: ProposeOptions): Promise<ProposeInputs> {
  const dataset = await annotated(paths, options);
  return { dataset, ...(await inputsOf(paths, dataset)) };
}

async function propose(
  paths: readonly string[],
  options: ProposeOptions,
  { dataset, inputs, failures }: ProposeInputs,
  signal: AbortSignal,
  edges: EdgeSource | undefined,
): Promise<void> {
  const { json, out, show, untimed = false } = options;
  if (out !== undefined) await prepareFolder(out, paths, options);
  const started = performance.now();
  const recall = new RunRecall();
  const names = new Map<string, number>();
  const method = await proposeEach(inputs, options, signal, edges, async (outcome) => {
    if ('problem' in outcome) {
      failures.push(outcome.problem);
      return;
    }
    const { file, picture, objects, proposals } = outcome;
    if (objects) recall.add(proposals, objects);
    if (json) print(proposedText(file, proposals, untimed));
    else if (!objects) print(`${file}  ${boxCount(proposals.boxes)} windows in ${proposals.seconds.toFixed(2)} s\n`);
    if (out === undefined) return;
    const overlay = overlayPicture(picture, proposals, objects, show);
    await writeFileAtomic(join(out, overlayName(file, names)), pngBytes(overlay));
  });
  if (dataset) {
    if (json) print(recallText(recall, untimed));
    else print(`${recallTable(recall.rows)}\n\n${summary(method, dataset, recall)}\n`);
    if (out !== undefined) {
      const { proposalReport } = await import('../../report/proposal-report.js');
      const seconds = (performance.now() - started) / 1000;
      const run = { command: commandLine(), seconds, versions: { sppgpu: version, node: process.versions.node } };
      await writeFileAtomic(join(out, 'report.html'), proposalReport(recall.report(method, dataset, run)));
      say(`report: ${join(out, 'report.html')}`);
    }
  }
  reportLeftOut('propose', failures);
}

/** Looks for windows in pictures and hands what came of each over, in order. @returns the name of the method */
async function proposeEach(
  inputs: readonly ProposalInput[],
  { boxes, method, maxBoxes, seed, workers }: ProposeOptions,
  signal: AbortSignal,
  edges: EdgeSource | undefined,
  use: (outcome: ProposalOutcome) => Promise<void>,
): Promise<string> {
  const source = await openProposalSource({
    ...(boxes === undefined ? { method } : { boxFile: boxes }),
    ...(edges && { edges }),
    ...(maxBoxes !== undefined && { maxBoxes }),
    ...(seed !== undefined && { seed }),
    ...(workers !== undefined && { workers }),
  });
  // One thread decodes many times faster than windows are found.
  const decoder = new DecodePool({ workers: 1 });
  const progress = new Progress('propose:', inputs.length, 'pictures');
  const stopping = (): void => void Promise.all([source.close(), decoder.close()]);
  signal.addEventListener('abort', stopping, { once: true });
  try {
    for await (const outcome of proposeAll(inputs, decoder, source)) {
      signal.throwIfAborted();
      progress.advance();
      await use(outcome);
    }
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', stopping);
    progress.stop();
    await Promise.all([source.close(), decoder.close()]);
  }
  return source.name;
}

const summary = (method: string, { name, length }: ImageDataset, { rows, seconds }: RunRecall): string =>
  `${method} on ${length} pictures of ${name}, ${rows.at(-1)!.objects} objects, ${seconds.toFixed(2)} s per picture`;

/** The annotated pictures that the options name; undefined where there are paths instead. */
async function annotated(paths: readonly string[], options: ProposeOptions): Promise<ImageDataset | undefined> {
  const named = options.voc !== undefined || options.coco !== undefined;
  if (named && paths.length > 0) throw new UsageError('propose: give pictures, or annotated ones by --voc or --coco');
  if (named) return openDetectionData(detectionSource('propose', options));
  if (paths.length === 0)
    throw new UsageError('propose: no pictures; give files or folders, or --voc FOLDER --set NAME');
  return undefined;
}

async function inputsOf(
  paths: readonly string[],
  dataset: ImageDataset | undefined,
): Promise<{ readonly inputs: readonly ProposalInput[]; readonly failures: string[] }> {
  if (dataset) {
    const inputs = Array.from({ length: dataset.length }, (_, i): ProposalInput => {
      const { path, objects } = dataset.entry(i);
      return { file: path!, objects: objects! };
    });
    return { inputs, failures: [] };
  }
  const { files, failures, ignored } = await pictureFiles(paths);
  reportIgnored(ignored);
  return { inputs: files.map((file) => ({ file })), failures: failures.map(({ message }) => message) };
}

/** Makes the folder of `--out`, which must not lie in the data. */
async function prepareFolder(out: string, paths: readonly string[], { voc }: ProposeOptions): Promise<void> {
  for (const path of paths) await keepOffData(out, path, 'folder');
  if (voc !== undefined) await keepOffData(out, voc, 'voc');
  goOnWithoutReader();
  await makeFolder(resolve(out));
}

/** `name.windows.png`; pictures of one name in several folders are numbered. */
function overlayName(file: string, names: Map<string, number>): string {
  const name = basename(file, extname(file));
  const times = (names.get(name) ?? 0) + 1;
  names.set(name, times);
  return `${name}${times === 1 ? '' : `-${times}`}.windows.png`;
}
