/** The engine's thread: the page stays at hand while it works. */
import { expose, proxy } from 'comlink';
import { Engine } from './engine.js';

const engine = new Engine();
const { gpu, pictures, teach, train, classify, kernels } = engine;

const rooms = {
  onLost: (tell: (message: string) => void) => engine.onLost(tell),
  gpu: () => proxy(gpu),
  pictures: () => proxy(pictures),
  teach: () => proxy(teach),
  train: () => proxy(train),
  classify: () => proxy(classify),
  kernels: () => proxy(kernels),
};

export type Rooms = typeof rooms;

expose(rooms);
