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

/**
 * The queue that was named, on the command line or in the environment. What was typed is taken out of the process's title, which all
 * users of a machine can read.
 * @throws UsageError where there is none
 */
export function queueOf(command: string, { queue }: QueueFlags): QueueAddress {
  const url = queue ?? process.env[VARIABLE];
  if (queue !== undefined) process.title = `sppgpu ${command}`;
  if (url === undefined) throw new UsageError(`${command}: no queue; give --queue URL, or set ${VARIABLE}`);
  return asUsage(() => parseQueueUrl(url));
}
