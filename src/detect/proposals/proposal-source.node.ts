import type { Picture } from '../../picture/picture.js';
import { SppgpuError } from '../../runtime/errors.js';
import { checkChoice, type OptionNames, requireOptions } from '../../runtime/options.js';
import { WorkerPool, workerUrl } from '../../runtime/worker-pool.node.js';
import type { EdgeSource } from '../edges/edge-map.js';
import { loadBoxFile } from './box-files.node.js';
import { edgePicture } from './edge-boxes/edge-box-proposals.js';
import { type MethodOptions, PROPOSAL_METHODS } from './methods.js';
import type { ProposalJob } from './proposal-worker.node.js';
import type { TimedProposals } from './proposals.js';

/** Where the windows of pictures come from: a method, or a file that another program wrote. */
export interface ProposalSource {
  /** The method's name, or the path of the file. */
  readonly name: string;
  /** Pictures that are worked on at once: so many calls of `propose` should be open. */
  readonly workers: number;
  /**
   * Windows of a picture, the best first, inside it. With any number of workers they are the same.
   * @param file the picture's path or id, by which a file of boxes knows it
   * @throws SppgpuError for this picture alone: it has no boxes in the file, or its worker ran out of memory
   */
  propose(file: string, picture: Picture): Promise<TimedProposals>;
  /** Ends the worker threads; what is not done is rejected. */
  close(): Promise<void>;
}

export interface ProposalSourceOptions extends Omit<MethodOptions, 'edges'> {
  /** A method by name; `selective-search` by default. */
  readonly method?: string;
  /** A file of boxes instead of a method: see `loadBoxFile`. */
  readonly boxFile?: string;
  /** Where `edge-boxes` has its edges from; default gradients, which the threads compute. */
  readonly edges?: EdgeSource;
  /** Threads; by default one less than the machine runs at once, at least 1. */
  readonly workers?: number;
}

const NAMES: OptionNames<ProposalSourceOptions> = {
  method: true,
  boxFile: true,
  edges: true,
  workers: true,
  maxBoxes: true,
  minSide: true,
  seed: true,
};

/**
 * Opens a source of proposals; `close` ends it.
 * @throws SppgpuError for an unknown method, FileError for a file that holds no boxes
 */
export async function openProposalSource(options: ProposalSourceOptions): Promise<ProposalSource> {
  requireOptions('openProposalSource', options, NAMES);
  const { method = 'selective-search', boxFile, edges, workers, ...rest } = options;
  if (boxFile !== undefined) return fromFile(boxFile, rest.maxBoxes);
  const names = PROPOSAL_METHODS.map(({ name }) => name);
  checkChoice('openProposalSource', 'method', method, names);
  if (edges && method !== 'edge-boxes') {
    throw new SppgpuError(`openProposalSource: ${method} does not look at edges; leave them out, or use edge-boxes`);
  }
  return fromMethod(method, rest, workers, edges);
}

async function fromFile(path: string, maxBoxes?: number): Promise<ProposalSource> {
  const file = await loadBoxFile(path);
  return {
    name: path,
    workers: 1,
    propose: async (name, picture) => file.proposals(name, picture, maxBoxes),
    close: async () => {},
  };
}

function fromMethod(method: string, options: MethodOptions, workers?: number, edges?: EdgeSource): ProposalSource {
  const pool = new WorkerPool<ProposalJob, TimedProposals, string>({
    name: 'proposals',
    wayOut: 'report this',
    url: workerUrl('proposal-worker', import.meta.url),
    ...(workers !== undefined && { workers }),
    failed: (message) => new SppgpuError(message),
    died: (line) => new SppgpuError(`the search for windows stopped (${line}); make the picture smaller`),
  });
  return {
    name: method,
    workers: pool.workers,
    propose: async (_, picture) => {
      if (!edges) return pool.run({ picture, method, options });
      const started = performance.now();
      const map = await edges(edgePicture(picture).picture);
      const seconds = (performance.now() - started) / 1000;
      const found = await pool.run({ picture, method, options: { ...options, edges: map } });
      return { ...found, seconds: seconds + found.seconds };
    },
    close: () => pool.close(),
  };
}
