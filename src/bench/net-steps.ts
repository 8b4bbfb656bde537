import type { Architecture } from '../models/architecture.js';
import { Network } from '../models/network.js';
import { crossEntropy } from '../ops/cross-entropy.js';
import { SGD } from '../optim/sgd.js';
import type { Device } from '../runtime/device.js';
import { SppgpuError } from '../runtime/errors.js';
import { tensor } from '../tensor/create.js';
import { Generator } from '../tensor/generator.js';
import { randn } from '../tensor/random.js';
import { scope } from '../tensor/scope.js';
import { calibrate, type Instance, median, timeCold, timeSamples } from './harness.js';

/** A training step of a net as it was timed. */
export interface NetStep {
  readonly model: string;
  readonly batch: number;
  readonly input: number;
  /** False where the loss was not finite, or memory ran out. */
  readonly ok: boolean;
  readonly ms: number;
  readonly imagesPerSecond: number;
  readonly adapter: string;
  readonly problem?: string;
}

/** Times whole steps (forward, cross-entropy, backward, SGD with momentum) on random pictures; nothing is read back inside. */
export async function timeNetStep(
  device: Device,
  architecture: Architecture,
  { batch, input, budgetMs }: { batch: number; input: number; budgetMs: number },
): Promise<NetStep> {
  const about = { model: architecture.name, batch, input, adapter: device.info.name };
  const failed = (problem: string): NetStep => ({ ...about, ok: false, ms: Number.NaN, imagesPerSecond: 0, problem });
  const made: { dispose(): void }[] = [];
  try {
    const network = new Network(architecture, { device, generator: new Generator(1) });
    made.push(network);
    const optimizer = new SGD(network.parameters(), { lr: 1e-3, momentum: 0.9 });
    const x = randn(device, [batch, architecture.input.channels, input, input], { seed: 1 });
    const labels = tensor(
      device,
      Int32Array.from({ length: batch }, (_, i) => i),
    );
    made.push(optimizer, x, labels);
    const step = () =>
      scope(() => {
        optimizer.zeroGrad();
        const loss = crossEntropy(network.forward(x), labels);
        loss.backward();
        optimizer.step();
        return loss;
      });
    const instance: Instance = {
      step: () => step().dispose(),
      wait: () => device.sync(),
      outputs: async () => ({}),
      dispose: () => {},
    };
    await timeCold(instance);
    const first = step();
    const loss = await first.item();
    first.dispose();
    if (!Number.isFinite(loss)) return failed(`the loss is ${loss}`);
    const inner = await calibrate(instance);
    const ms = median(await timeSamples(instance, { inner, samples: 9, budgetMs }));
    return { ...about, ok: true, ms, imagesPerSecond: (1000 * batch) / ms };
  } catch (error) {
    if (error instanceof SppgpuError) return failed(error.message);
    throw error;
  } finally {
    for (const each of made) each.dispose();
  }
}
