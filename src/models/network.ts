import { BatchNorm2d } from '../nn/batch-norm2d.js';
import { Identity } from '../nn/identity.js';
import { Module } from '../nn/module.js';
import { Sequential } from '../nn/sequential.js';
import { SpatialPyramidPool2d } from '../nn/spatial-pyramid-pool2d.js';
import { spatialPyramidPool } from '../ops/spatial-pyramid-pool.js';
import type { Device } from '../runtime/device.js';
import { ShapeError } from '../runtime/errors.js';
import { requireOptions } from '../runtime/options.js';
import type { Generator } from '../tensor/generator.js';
import { scope } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Architecture, sections } from './architecture.js';
import { checkInput } from './geometry.js';
import { activationOf, kindOf, type LayerRecord } from './layers/index.js';
import { traceLayers } from './trace.js';

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
      const modules = layers.map(({ layer, input }, i): [string, Module] => {
        // A ReLU right behind weights runs in their kernel; an identity keeps its place.
        if (i > 0 && fused(layers[i - 1]!.layer, layer)) return [layer.name, new Identity()];
        const activation = fused(layer, layers[i + 1]?.layer) ?? 'none';
        return [layer.name, kindOf(layer).module(layer, { ...options, input, activation })];
      });
      return new Sequential(new Map(modules));
    });
    this.features = features!;
    this.classifier = classifier!;
  }

  /**
   * Batch normalisations that keep their statistics in training, too: all, or those whose weights are not trained.
   * @param which default `all`
   */
  freezeStatistics(which: 'all' | 'untrained' = 'all'): void {
    for (const norm of modulesOf(this)) {
      if (norm instanceof BatchNorm2d) norm.frozen = which === 'all' || !norm.weight?.requiresGrad;
    }
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

function modulesOf(module: Module): Module[] {
  return [module, ...[...module.children().values()].flatMap(modulesOf)];
}

/** The activation behind a layer that runs in the layer's kernel. */
const fused = (layer: LayerRecord, next: LayerRecord | undefined): 'relu' | undefined =>
  kindOf(layer).fusesActivation ? activationOf(next) : undefined;
