let open: Set<GPUDevice> | null = null;

/**
 * Destroys a device when the process (or this worker thread) exits, unless it was before. Exit functions unload what
 * the driver's threads still run on: `process.exit` with work in the queue crashed every fifth time on SwiftShader.
 * The exit waits for the work that is in the queue.
 */
export function destroyAtExit(gpu: GPUDevice): void {
  if (!open) {
    const devices = new Set<GPUDevice>();
    process.on('exit', () => {
      for (const device of devices) device.destroy();
    });
    open = devices;
  }
  const devices = open.add(gpu);
  void gpu.lost.then(() => devices.delete(gpu));
}
