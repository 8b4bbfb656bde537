import { createDevice } from '../../runtime/create-device.browser.js';
import type { Device } from '../../runtime/device.js';
import { KeptChoices } from './kept-choices.js';
import type { AdapterReport } from './wire.js';

/** The device of the page: opened when it is first needed, and again after it was lost. */
export class Gpu {
  private opening: Promise<Device> | null = null;
  /** Which kernels its ops take, where the reader has chosen. */
  readonly choices = new KeptChoices();

  constructor(private readonly onLost: (message: string) => void) {}

  async device(): Promise<Device> {
    const current = await this.opening?.catch(() => null);
    if (current && !current.disposed) return current;
    this.opening = this.open();
    return this.opening;
  }

  /** Loses the device on purpose, as a driver does: for a drill. */
  async lose(): Promise<void> {
    (await this.device()).gpu.destroy();
  }

  async report(): Promise<AdapterReport> {
    const { info, features, maxBindingBytes } = await this.device();
    return { name: info.name, software: info.software, features: [...features].sort(), maxBindingBytes };
  }

  private async open(): Promise<Device> {
    await this.choices.read();
    const device = await createDevice({ tuning: this.choices });
    void device.gpu.lost.then(({ message }) => this.onLost(message));
    return device;
  }
}

/** Something made on the device from what is kept on the host: made anew where the device is another one. */
export class OnDevice<T extends { dispose(): void }> {
  private held: { readonly device: Device; readonly value: Promise<T> } | null = null;

  constructor(
    private readonly gpu: Gpu,
    private readonly make: (device: Device) => Promise<T>,
  ) {}

  async get(): Promise<T> {
    const device = await this.gpu.device();
    if (this.held?.device === device) return this.held.value;
    // Whoever asks while it is made waits for the same one.
    const made = { device, value: this.make(device) };
    this.held = made;
    try {
      return await made.value;
    } catch (error) {
      if (this.held === made) this.held = null; // it may work next time
      throw error;
    }
  }

  dispose(): void {
    const { held } = this;
    this.held = null;
    const free = (value: T): void => {
      if (!held?.device.disposed) value.dispose();
    };
    held?.value.then(free, () => {}); // what could not be made holds nothing
  }
}
