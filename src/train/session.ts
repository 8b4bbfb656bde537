import type { SingleLabelScores } from './objective.js';
import type { RunStore } from './run-store.js';
import type { SessionResult, SessionSettings } from './session-settings.js';

/**
 * A training run with everything around it: fresh or resumed weights, a log, checkpoints that make a killed and resumed
 * run end in the same bits, and a clean end on a signal. The caller disposes the network.
 * @throws FileError if the checkpoint to resume from is damaged or of another run; SppgpuError if the training diverges:
 *   the last checkpoint stays as it is then, so that none ever holds weights that are not finite
 */
export async function runSessionIn<Scores extends object = SingleLabelScores>(
  store: RunStore,
  options: SessionSettings<Scores>,
): Promise<SessionResult<Scores>> {
  const later = await import('./later.js');
  return later.runSessionIn(store, options);
}
