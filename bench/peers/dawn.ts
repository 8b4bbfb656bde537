/**
 * WebGPU for libraries written for browsers: `navigator.gpu` and the GPU globals, in this process only, from Dawn
 * (npm `webgpu`). The same for every peer.
 */
import { create, globals } from 'webgpu';

const isSoftware = (info: GPUAdapterInfo): boolean =>
  info.isFallbackAdapter || /software|swiftshader|llvmpipe|lavapipe/i.test(`${info.architecture} ${info.description}`);

/**
 * Dawn's binding polls with `setImmediate` while a promise waits, which takes a core from a software adapter.
 * After each submit it may spin 40 times; from then on it looks once per millisecond. (sppgpu's runtime does the same.)
 */
function throttlePolling(): void {
  const SPINS = 40;
  let polls = 0;
  const immediate = globalThis.setImmediate;
  const patched = (callback: (...args: unknown[]) => void, ...args: unknown[]): unknown =>
    polls++ < SPINS ? immediate(callback, ...args) : setTimeout(callback, 1, ...args);
  globalThis.setImmediate = patched as typeof setImmediate;
  const { submit } = GPUQueue.prototype;
  GPUQueue.prototype.submit = function (commands) {
    polls = 0;
    return submit.call(this, commands);
  };
}

const seen: string[] = [];

/** Device errors since the last call. Libraries let most of them pass in silence. */
export function problems(): string[] {
  return seen.splice(0).map((message) => message.split('\n')[0]!);
}

/** @param options `adapter`: part of an adapter's name, to pick among several */
export async function installWebGPU({
  adapter: wanted,
}: {
  readonly adapter?: string;
}): Promise<{ adapter: string; software: boolean }> {
  Object.assign(globalThis, globals);
  const gpu = create(wanted ? [`adapter=${wanted}`] : []);
  if (!globalThis.navigator) Object.assign(globalThis, { navigator: { userAgent: `Node.js ${process.version}` } });
  // Held for ever by `navigator`: the process crashes when this object is collected.
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) throw new Error('no WebGPU adapter: install a Vulkan driver (Mesa lavapipe is enough)');
  const { requestDevice } = GPUAdapter.prototype;
  GPUAdapter.prototype.requestDevice = async function (descriptor) {
    const device = await requestDevice.call(this, descriptor);
    device.addEventListener('uncapturederror', (event) => {
      event.preventDefault(); // said once, in the table, not on the console
      if (seen.length < 20) seen.push(event.error.message);
    });
    return device;
  };
  const { info } = adapter;
  const software = isSoftware(info);
  if (software) throttlePolling();
  const name = info.description || info.device || `${info.vendor} ${info.architecture}`;
  return { adapter: name, software };
}
