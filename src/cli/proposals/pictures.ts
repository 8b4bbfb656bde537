import type { ImageObject } from '../../data/objects.js';
import type { PictureDecoder } from '../../data/picture-decoder.js';
import type { ProposalSource } from '../../detect/proposals/proposal-source.node.js';
import type { TimedProposals } from '../../detect/proposals/proposals.js';
import type { Picture } from '../../picture/picture.js';
import { SppgpuError } from '../../runtime/errors.js';

/** A picture to look for windows in, and what is annotated there. */
export interface ProposalInput {
  readonly file: string;
  readonly objects?: readonly ImageObject[];
}

/** What came of a picture: its windows, or why there are none. */
export type ProposalOutcome = ProposalInput &
  ({ readonly picture: Picture; readonly proposals: TimedProposals } | { readonly problem: string });

/** Windows of all pictures, in their order; as many are worked on at once as the source has threads, and one more is decoded. */
export async function* proposeAll(
  inputs: readonly ProposalInput[],
  decoder: PictureDecoder,
  source: ProposalSource,
): AsyncGenerator<ProposalOutcome> {
  const work = async (input: ProposalInput): Promise<ProposalOutcome> => {
    try {
      const { image } = await decoder.decode(input.file);
      return { ...input, picture: image, proposals: await source.propose(input.file, image) };
    } catch (error) {
      if (!(error instanceof SppgpuError)) throw error;
      return {
        ...input,
        problem: error.message.startsWith(input.file) ? error.message : `${input.file}: ${error.message}`,
      };
    }
  };
  const open: Promise<ProposalOutcome>[] = [];
  for (const input of inputs) {
    const started = work(input);
    // Its error comes when it is its turn; until then it must not count as unhandled.
    started.catch(() => undefined);
    open.push(started);
    if (open.length > source.workers) yield await open.shift()!;
  }
  for (const started of open) yield await started;
}
