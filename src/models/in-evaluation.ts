import type { Device } from '../runtime/device.js';
import type { Network } from './network.js';

/** Runs work with dropout off, and puts the network back into the mode it was in. */
export async function inEvaluation<T>(network: Network, work: () => Promise<T>): Promise<T> {
  const { training } = network;
  network.eval();
  try {
    return await work();
  } finally {
    network.train(training);
  }
}

/** Where a network's parameters live. */
export function networkDevice(network: Network): Device {
  return network.parameters()[0]!.device;
}
