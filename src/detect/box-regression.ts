import { noGrad } from '../autograd/mode.js';
import { matmul } from '../ops/matmul.js';
import type { Device } from '../runtime/device.js';
import { tensor } from '../tensor/create.js';
import { keep } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { TARGETS } from './box-targets.js';

/** Linear maps from pooled vectors to corrections of windows, one for each class. Plain arrays, ready for a file. */
export interface BoxRegression {
  readonly classes: number;
  readonly dimension: number;
  /** [classes * 4, dimension]; zeros for a class without examples, which leaves its boxes as they are. */
  readonly weights: Float32Array<ArrayBuffer>;
  /** [classes * 4] */
  readonly bias: Float32Array<ArrayBuffer>;
}

/** The maps on a device. Their owner disposes them. */
export class BoxRegressor {
  private readonly weights: Tensor;
  private readonly bias: Tensor;

  constructor(device: Device, { weights, bias, classes, dimension }: BoxRegression) {
    this.weights = keep(tensor(device, weights, { shape: [classes * TARGETS, dimension] }));
    this.bias = keep(tensor(device, bias));
  }

  /** Corrections `[R, classes * 4]` of pooled vectors `[R, dimension]`. */
  corrections(pooled: Tensor): Tensor {
    return noGrad(() => matmul(pooled, this.weights, { transposeB: true, bias: this.bias }));
  }

  dispose(): void {
    this.weights.dispose();
    this.bias.dispose();
  }
}
