/** Work that goes on until it is stopped, and then takes two seconds to save: what `signals.node.test.ts` sends signals to. */
import { setTimeout as sleep } from 'node:timers/promises';
import { exitCodeOf, Interrupted } from '../../src/cli/errors.js';
import { endingAtOnce, interruptible, outliveTerminal } from '../../src/cli/interrupt.js';
import { guardOutput, print, say } from '../../src/cli/output.js';

outliveTerminal();
guardOutput();
try {
  await interruptible(async (signal) => {
    const work = async () => {
      say('ready');
      while (!signal.aborted) {
        await sleep(20);
        if (process.argv[2] === 'prints') print('data\n');
      }
      throw signal.reason;
    };
    await (process.argv[2] === 'deaf' ? endingAtOnce(work) : work()).catch(async (error: unknown) => {
      if (!(error instanceof Interrupted)) throw error;
      await sleep(2000);
      say('saved');
      throw error;
    });
  });
} catch (error) {
  process.exitCode = exitCodeOf(error);
}
