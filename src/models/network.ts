import { ReLU } from '../nn/activations.js';
import { Conv2d } from '../nn/conv2d.js';
import { Dropout } from '../nn/dropout.js';
import { Identity } from '../nn/identity.js';
import { constant, kaimingNormal, normal } from '../nn/init.js';
import type { LayerOptions } from '../nn/layer-options.js';
import { Linear } from '../nn/linear.js';
import { LocalResponseNorm } from '../nn/local-response-norm.js';
import { Module } from '../nn/module.js';
import { MaxPool2d } from '../nn/pooling.js';
import { Sequential } from '../nn/sequential.js';
import { SpatialPyramidPool2d } from '../nn/spatial-pyramid-pool2d.js';
import { reshape } from '../ops/reshape.js';
import { spatialPyramidPool } from '../ops/spatial-pyramid-pool.js';
import type { Device } from '../runtime/device.js';
import { ShapeError } from '../runtime/errors.js';
import { requireOptions } from '../runtime/options.js';
import type { Generator } from '../tensor/generator.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Architecture, sections } from './architecture.js';
import { Fire } from './fire.js';
import { checkInput } from './geometry.js';
import { GlobalAveragePool } from './global-average-pool.js';
import type { Fill } from './layers.js';
import { type TracedLayer, traceLayers } from './trace.js';

/** Where a network lives and what its weights and dropout masks are drawn from. */
export interface NetworkOptions {
  readonly device: Device;
  readonly generator: Generator;
}

/** An architecture made of tensors: a convolutional part for maps of any size, and the head behind it. */
export class Network extends Module {
  readonly features: Sequential;
  readonly classifier: Sequential;

  constructor(
    readonly architecture: Architecture,
    options: NetworkOptions,
  ) {
    super();
    requireOptions<NetworkOptions>('Network', options, { device: true, generator: true });
    const traced = traceLayers(architecture);
    const [features, classifier] = sections(architecture).map(([section]) => {
      const layers = traced.filter((layer) => layer.section === section);
      const modules = layers.map((layer, i) => {
        // A ReLU right behind weights runs in their kernel.
        const fuses = layers[i + 1]?.layer.type === 'relu' && hasWeights(layer);
        const fused = layer.layer.type === 'relu' && i > 0 && hasWeights(layers[i - 1]!);
        return [layer.layer.name, fused ? new Identity() : moduleOf(layer, options, fuses ? 'relu' : 'none')];
      });
      return new Sequential(Object.fromEntries(modules));
    });
    this.features = features!;
    this.classifier = classifier!;
  }

  /** Logits `[N, classes]` of pictures `[N, C, H, W]`; any H and W from the minimum on if the head is a pyramid. */
  override forward(x: Tensor): Tensor {
    checkInput(this.architecture, x.shape[2] ?? 0, x.shape[3] ?? 0);
    return scope(() => this.classifier.forward(this.features.forward(x)));
  }

  /**
   * Logits `[R, classes]` of windows on maps that `features` made: the paper's feature-map views (section 3.1.4).
   * @param windows i32 `[R, 5]`: image, y0, x0, y1, x1 in cells, half-open
   * @throws ShapeError if the head does not start with a pyramid
   */
  classifyWindows(maps: Tensor, windows: Tensor): Tensor {
    const [pool] = this.classifier.children().values();
    if (!(pool instanceof SpatialPyramidPool2d)) {
      throw new ShapeError(`${this.architecture.name}: windows need a pyramid head; this net has a fixed pool`);
    }
    return scope(() => {
      let current = spatialPyramidPool(maps, pool.levels, { windows });
      for (const module of [...this.classifier.children().values()].slice(1)) current = module.forward(current);
      return current;
    });
  }
}

function hasWeights({ layer }: TracedLayer): boolean {
  return layer.type === 'conv' || layer.type === 'fc';
}

function moduleOf(
  { layer, input, parameters }: TracedLayer,
  { device, generator }: NetworkOptions,
  activation: 'none' | 'relu',
): Module {
  const fresh = (fill: Fill): LayerOptions => ({
    device,
    generator,
    weightInit: fill.weights === 'he' ? kaimingNormal : normal(fill.weights),
    biasInit: constant(fill.bias),
    activation,
  });
  switch (layer.type) {
    case 'conv': {
      const { stride, padding, groups } = layer;
      return new Conv2d(input[0], layer.outChannels, layer.kernel, { ...fresh(layer.fill), stride, padding, groups });
    }
    case 'fire':
      return new Fire(input[0], layer, fresh(layer.fill));
    case 'fc':
      return new FullyConnected(parameters[0]!.shape[1]!, layer.outFeatures, fresh(layer.fill));
    case 'relu':
      return new ReLU();
    case 'lrn': {
      const { size, alpha, beta, k, mode } = layer;
      return new LocalResponseNorm({ size, alpha, beta, k, mode });
    }
    case 'maxpool':
      return new MaxPool2d({
        kernelSize: layer.kernel,
        stride: layer.stride,
        padding: layer.padding,
        ceilMode: layer.ceilMode,
      });
    case 'spp':
      return new SpatialPyramidPool2d(layer.levels);
    case 'globalAveragePool':
      return new GlobalAveragePool();
    case 'dropout':
      return new Dropout(layer.p, generator);
  }
}

/** A linear layer that flattens a map (channel, row, column) in front of it, as Caffe's does. */
class FullyConnected extends Linear {
  override forward(x: Tensor): Tensor {
    if (x.rank === 2) return super.forward(x);
    return scope(() => super.forward(reshape(x, [x.shape[0]!, -1])));
  }
}
