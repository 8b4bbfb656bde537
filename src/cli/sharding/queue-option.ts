import type { Command } from 'commander';
import { parseQueueUrl, type QueueAddress } from '../../work/queue-url.js';
import { asUsage, UsageError } from '../errors.js';

/** Where jobs are kept. */
export interface QueueFlags {
  readonly queue?: string;
}

const VARIABLE = 'SPPGPU_QUEUE';

export function withQueue(command: Command): Command {
  return command.option(
    '--queue <url>',
    `server of a queue (BullMQ): postgres://... or redis://...; with a password better in $${VARIABLE}, which other users do not see`,
  );
}

/** Whether a queue was named, on the command line or in the environment. */
export const hasQueue = ({ queue }: QueueFlags): boolean => (queue ?? process.env[VARIABLE]) !== undefined;

/** Takes the address of a queue, which may hold a password, out of the title of the process, which all users of a machine can read. */
export function hideQueue(args: readonly string[]): void {
  if (args.some((arg) => arg.startsWith('--queue'))) process.title = `sppgpu ${args[0]}`;
}

/**
 * The queue that was named, on the command line or in the environment.
 * @throws UsageError where there is none
 */
export function queueOf(command: string, { queue }: QueueFlags): QueueAddress {
  const url = queue ?? process.env[VARIABLE];
  if (url === undefined) throw new UsageError(`${command}: no queue; give --queue URL, or set ${VARIABLE}`);
  return asUsage(() => parseQueueUrl(url));
}
