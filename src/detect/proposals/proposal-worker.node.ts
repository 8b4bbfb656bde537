import type { Picture } from '../../picture/picture.js';
import { serveJobs } from '../../runtime/worker-jobs.node.js';
import { type MethodOptions, proposalMethod } from './methods.js';
import type { TimedProposals } from './proposals.js';

/** One picture to look for windows in. */
export interface ProposalJob {
  readonly picture: Picture;
  readonly method: string;
  readonly options: MethodOptions;
}

serveJobs<ProposalJob, TimedProposals, string>({
  async work({ picture, method, options }) {
    const start = performance.now();
    const { propose } = proposalMethod(method)!;
    const { boxes, scores } = propose(picture, options);
    const seconds = (performance.now() - start) / 1000;
    return { result: { boxes, scores, seconds }, transfer: [boxes.buffer, scores.buffer] as ArrayBuffer[] };
  },
  failure: (error) => (error instanceof Error ? error.message : String(error)).split('\n')[0]!,
});
