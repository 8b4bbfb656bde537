import { noGrad } from '../autograd/mode.js';
import { matmul } from '../ops/matmul.js';
import type { Device } from '../runtime/device.js';
import type { LinearSvm } from '../svm/linear-svm.js';
import { tensor } from '../tensor/create.js';
import { keep } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** The classifiers of all classes on a device: scores of windows in one product. Their owner disposes them. */
export class ClassScorer {
  private readonly weights: Tensor;
  private readonly bias: Tensor;

  /** @param scale what features are multiplied with before they are scored; the weights take it over */
  constructor(device: Device, { weights, bias, classes, dimension }: LinearSvm, scale: number) {
    const scaled = scale === 1 ? weights : weights.map((weight) => weight * scale);
    this.weights = keep(tensor(device, scaled, { shape: [classes, dimension] }));
    this.bias = keep(tensor(device, bias));
  }

  /** Scores `[R, classes]` of features `[R, dimension]`. */
  score(features: Tensor): Tensor {
    return noGrad(() => matmul(features, this.weights, { transposeB: true, bias: this.bias }));
  }

  dispose(): void {
    this.weights.dispose();
    this.bias.dispose();
  }
}
