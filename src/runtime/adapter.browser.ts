import { type AdapterChoice, adapterName, type FoundAdapter, isSoftware, matchesChoice } from './adapter.js';
import { DeviceError } from './errors.js';

/** The browser's adapter, through `navigator.gpu` (pages and workers). */
export async function findAdapter(choice: AdapterChoice = 'auto'): Promise<FoundAdapter> {
  const gpu = globalThis.navigator?.gpu;
  if (!gpu && globalThis.process?.versions?.node) {
    throw new DeviceError(
      "Node has no navigator.gpu; import createDevice from 'sppgpu/node', which brings its own WebGPU",
    );
  }
  if (!gpu) {
    throw new DeviceError(
      'this browser has no WebGPU (navigator.gpu is missing); use a current Chrome, Edge, Firefox or Safari over https',
    );
  }
  const adapter =
    (await gpu.requestAdapter({ powerPreference: 'high-performance', forceFallbackAdapter: choice === 'software' })) ??
    (await gpu.requestAdapter());
  if (!adapter)
    throw new DeviceError(
      'this browser offers no WebGPU adapter; update the graphics driver or enable WebGPU in its settings',
    );
  if (!matchesChoice(adapter, choice)) {
    throw new DeviceError(
      `no adapter matches "${choice}"; this browser offers ${adapterName(adapter)}, give a part of that name, or auto`,
    );
  }
  return { adapter, name: adapterName(adapter), software: isSoftware(adapter), wait: (promise) => promise };
}
