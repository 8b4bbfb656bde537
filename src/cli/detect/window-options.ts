import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import { PROPOSAL_METHODS, proposalMethod } from '../../detect/proposals/methods.js';
import { openProposalSource, type ProposalSource } from '../../detect/proposals/proposal-source.node.js';
import { FileError } from '../../runtime/errors.js';
import { quoted } from '../../runtime/quote.js';
import { GROUPS } from '../help.js';
import { wholeNumber } from '../options.js';

/** Where windows come from. */
export interface WindowFlags {
  readonly method?: string;
  readonly boxes?: string;
  readonly maxBoxes?: number;
  /** Sides of windows at least; only a detector's file says it. */
  readonly minSide?: number;
}

/** @param usual what happens without any of the flags, for the help */
export function withWindowFlags(command: Command, usual: string): Command {
  return command
    .optionsGroup(GROUPS.windows)
    .addOption(
      new Option('--method <name>', `how windows are found (default: ${usual})`).choices(
        PROPOSAL_METHODS.map(({ name }) => name),
      ),
    )
    .addOption(
      new Option('--boxes <file>', 'windows of `sppgpu propose --json`, or of another program').conflicts('method'),
    )
    .option('--max-boxes <n>', 'windows of a picture at most (default: as the method gives)', wholeNumber(1));
}

/** How windows are made, as a detector's file has it: `{method, maxBoxes}`, or `{boxFile}` with the name alone. */
export function windowSettings(
  { method, boxes, maxBoxes }: WindowFlags,
  seed: number,
): Readonly<Record<string, unknown>> {
  const limit = maxBoxes === undefined ? {} : { maxBoxes };
  if (boxes !== undefined) return { boxFile: basename(boxes), ...limit };
  return { method: method ?? 'selective-search', ...limit, seed };
}

/** Opens what the flags ask for. Throws FileError for a file without boxes. */
export async function openWindows(
  { method, boxes, maxBoxes, minSide }: WindowFlags,
  seed: number,
  workers?: number,
): Promise<ProposalSource> {
  return openProposalSource({
    ...(boxes === undefined ? { method: method ?? 'selective-search', seed } : { boxFile: boxes }),
    ...(maxBoxes !== undefined && { maxBoxes }),
    ...(minSide !== undefined && { minSide }),
    ...(workers !== undefined && { workers }),
  });
}

/**
 * The flags of a detector's file, under those that were typed.
 * @throws FileError where the file was made with windows that this program cannot make again, and none were named
 */
export function storedWindows(
  settings: Readonly<Record<string, unknown>>,
  typed: WindowFlags,
  file: string,
): { readonly flags: WindowFlags; readonly seed: number } {
  const { method, maxBoxes, minSide, seed } = settings;
  const limit = typed.maxBoxes ?? (Number.isSafeInteger(maxBoxes) ? (maxBoxes as number) : undefined);
  const limits = limit === undefined ? {} : { maxBoxes: limit };
  const ownSeed = Number.isSafeInteger(seed) ? (seed as number) : 0;
  if (typed.boxes !== undefined) return { flags: { boxes: typed.boxes, ...limits }, seed: ownSeed };
  const name = typed.method ?? method;
  if (proposalMethod(name)) {
    const sides = Number.isSafeInteger(minSide) ? { minSide: minSide as number } : {};
    return { flags: { method: name as string, ...limits, ...sides }, seed: ownSeed };
  }
  const found = typeof method === 'string' ? `found by ${quoted(method)}` : 'read from a file of boxes';
  throw new FileError(file, `was trained on windows ${found}`, 'name how windows are found with --method or --boxes');
}
