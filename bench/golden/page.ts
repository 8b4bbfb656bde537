/** The browser's side of `chromium.ts`: opens the browser's own device and hands the rows back. */
import * as sppgpu from '../../src/index.js';
import { compareActivations } from './compare.js';

const bytesOf = async (path: string) => new Uint8Array(await (await fetch(path)).arrayBuffer());

Object.assign(globalThis, { compare });

async function compare() {
  const device = await sppgpu.createDevice();
  const [weights, golden] = await Promise.all([bytesOf('/weights'), bytesOf('/golden')]);
  const rows = await compareActivations(sppgpu, device, { weights, golden });
  return { adapter: device.info.name, rows };
}
