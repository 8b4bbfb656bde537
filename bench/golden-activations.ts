/**
 * SqueezeNet 1.1 against activations that another program computed (float32, NumPy):
 *   node bench/run.mjs bench/golden-activations.ts WEIGHTS.safetensors GOLDEN.safetensors [ADAPTER | chromium]
 * The second file holds, for each input `a`, `b`, ...: `a.input_rgb_u8` [h, w, 3], `a.pool1`, `a.fire3` and `a.fire5` (after the
 * pool that follows), `a.fire9`, `a.logits`. Prints the largest difference relative to the largest value; fails above 1e-3.
 * `chromium` runs the sources in a headless Chromium; the other adapters run them in Node.
 */
import { readFile } from 'node:fs/promises';
import * as sppgpu from '../src/node.js';
import { type ActivationRow, compareActivations } from './golden/compare.js';

/** What was compared where. */
export interface Comparison {
  readonly adapter: string;
  readonly rows: readonly ActivationRow[];
}

const LIMIT = 1e-3;

async function compareHere(
  { weights, golden }: { weights: string; golden: string },
  adapter: string,
): Promise<Comparison> {
  const device = await sppgpu.createDevice({ adapter });
  try {
    const files = { weights: await readFile(weights), golden: await readFile(golden) };
    return { adapter: device.info.name, rows: await compareActivations(sppgpu, device, files) };
  } finally {
    device.dispose();
  }
}

const [weights, golden, where = 'auto'] = process.argv.slice(2);
if (!weights || !golden) {
  console.error('usage: node bench/run.mjs bench/golden-activations.ts WEIGHTS GOLDEN [ADAPTER | chromium]');
  process.exit(2);
}
const files = { weights, golden };
const { adapter, rows } =
  where === 'chromium'
    ? await (await import('./golden/chromium.js')).compareInChromium(files)
    : await compareHere(files, where);
console.log(adapter);
for (const { layer, input, error } of rows) console.log(`${layer.padEnd(10)} ${input}  ${error.toExponential(1)}`);
const good = rows.length > 0 && rows.every(({ error }) => error <= LIMIT);
console.log(good ? `all within ${LIMIT}` : `NOT within ${LIMIT}`);
process.exitCode = good ? 0 : 1;
