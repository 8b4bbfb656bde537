#!/usr/bin/env node
import { CommanderError } from 'commander';
import { exitCodeOf, reportError, reportUnfinished } from './errors.js';
import { outliveTerminal } from './interrupt.js';
import { guardOutput } from './output.js';
import { sppgpuProgram } from './program.js';
import { hideQueue } from './sharding/queue-option.js';

/** Node's exit code for a program that waits for something when nothing is left that could happen. */
const UNSETTLED = 13;

outliveTerminal();
guardOutput();
hideQueue(process.argv.slice(2));

let settled = false;
process.on('exit', (code) => {
  if (!settled && (code === 0 || code === UNSETTLED)) reportUnfinished();
});
try {
  const args = process.argv.slice(2);
  const program = await sppgpuProgram(args);
  await program.parseAsync(args, { from: 'user' });
} catch (error) {
  if (!(error instanceof CommanderError)) reportError(error);
  process.exitCode = exitCodeOf(error);
} finally {
  settled = true;
}
