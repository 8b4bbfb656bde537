import { ClassifyRoom } from './classify-room.js';
import { Gpu } from './gpu.js';
import { KernelRoom } from './kernel-room.js';
import { Pictures } from './pictures.js';
import { TeachRoom } from './teach-room.js';
import { TrainRoom } from './train-room.js';

/** The library behind the page: one device, the pictures, and a room for each tab. It lives in a worker. */
export class Engine {
  private lost: (message: string) => void = () => {};
  readonly gpu = new Gpu((message) => this.lost(message));
  readonly pictures = new Pictures();
  readonly teach = new TeachRoom(this.gpu, this.pictures);
  readonly train = new TrainRoom(this.gpu);
  readonly classify = new ClassifyRoom(this.gpu, this.pictures);

  readonly kernels = new KernelRoom(this.gpu);

  onLost(tell: (message: string) => void): void {
    this.lost = tell;
  }
}
