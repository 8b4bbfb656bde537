import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collector: (() => void) | null = null;

/**
 * A full garbage collection, now. WebGPU objects without `destroy()`, bind groups above all, hold native memory until
 * then, and V8 cannot see how much: on lavapipe each has a memory map, of which Linux grants a process 65,530.
 */
export function collectGarbage(): void {
  if (!collector) {
    setFlagsFromString('--expose-gc');
    collector = runInNewContext('gc') as () => void;
    setFlagsFromString('--no-expose-gc');
  }
  collector();
}
