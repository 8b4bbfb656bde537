import { noGrad } from '../../autograd/mode.js';
import { softmaxRows } from '../../classify/scores.js';
import { fullView } from '../../data/augment.js';
import { demoPictures } from '../../demo/digit-pictures.js';
import { minimumInput } from '../../models/geometry.js';
import type { OpenModel } from '../../models/load-model.js';
import { profileModel } from '../../models/profile.js';
import { mapChannels } from '../../models/trace.js';
import { preparePictures } from '../../ops/prepare-pictures.js';
import { spatialPyramidPool } from '../../ops/spatial-pyramid-pool.js';
import { SppgpuError } from '../../runtime/errors.js';
import { tensor } from '../../tensor/create.js';
import { keep, scope } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type BackboneFile, openFile } from './backbone.js';
import { digitSource } from './digit-source.js';
import { type Gpu, OnDevice } from './gpu.js';
import type { Pictures } from './pictures.js';
import type { CellWindow, LookReport, ModelReport, ScoredClass, ShownPicture, WindowReport } from './wire.js';

/** Classes that are told. */
const TOP = 5;
/** Shorter side of an input at least, in pixels. */
const LEAST = 12;
/** Of windows, for nets whose own head is not a pyramid. */
const LEVELS = [1, 2, 3, 6];

/** Looking at pictures of any size with one net. */
export class ClassifyRoom {
  private model: OnDevice<OpenModel & { dispose(): void }> | null = null;
  private map: Tensor | null = null;
  private last: Parameters<ClassifyRoom['look']> | null = null;

  constructor(
    private readonly gpu: Gpu,
    private readonly pictures: Pictures,
  ) {}

  /** @throws FileError for a file that does not hold a net */
  async useModel(file: BackboneFile): Promise<ModelReport> {
    const next = new OnDevice(this.gpu, async (device) => {
      const opened = await openFile(device, file);
      return { ...opened, dispose: () => opened.network.dispose() };
    });
    const { network, classes } = await next.get();
    this.model?.dispose();
    this.model = next;
    const { architecture } = network;
    return {
      title: architecture.title,
      classes: classes ?? [],
      parameters: profileModel(architecture).parameters,
      channels: mapChannels(architecture),
      inputSize: architecture.input.size,
      // Smaller pictures fit, but nothing can be seen in them.
      minimumSize: Math.max(LEAST, minimumInput(architecture.features)),
      levels: levelsOf(architecture.classifier[0]),
    };
  }

  /** Held-out digits, each at its own size and shape. */
  async samples(count: number, seed: number): Promise<ShownPicture[]> {
    const items = await demoPictures(await digitSource(), 'test', seed, count);
    return items.map(({ image, label }) => this.pictures.add(image, `a ${label}`));
  }

  /**
   * Looks at a picture whose shorter side is resized to `side` pixels.
   * @param negative with light and dark exchanged: the digit net reads light ink on dark
   */
  async look(id: number, side: number, negative: boolean): Promise<LookReport> {
    const shown = this.pictures.get(id); // before anything is waited for: meanwhile the page may be done with it
    this.last = [id, side, negative];
    const { network, classes, preparation } = await this.ready();
    const device = await this.gpu.device();
    const picture = negative ? { ...shown, data: shown.data.map((value) => 255 - value) } : shown;
    const view = fullView(picture.width, picture.height, side);
    const start = performance.now();
    this.forgetMap();
    const [map, logits] = noGrad(() =>
      scope(() => {
        const input = preparePictures(device, [picture], [view], network.architecture.input, preparation);
        const features = network.features.forward(input);
        return [keep(features), network.classifier.forward(features)] as const;
      }),
    );
    this.map = map;
    const values = await logits.data();
    const milliseconds = performance.now() - start;
    logits.dispose();
    const [, channels, height, width] = map.shape as [number, number, number, number];
    const [outHeight, outWidth] = view.outSize;
    return {
      top: topOf(values, classes),
      map: { channels, width, height, values: (await map.data()) as Float32Array<ArrayBuffer> },
      input: { width: outWidth, height: outHeight },
      milliseconds,
    };
  }

  /** What a window of the last map says; nets whose head is not a pyramid have a vector only. */
  async window({ x0, y0, x1, y1 }: CellWindow): Promise<WindowReport> {
    const { network, classes } = await this.ready();
    // The map went with its device, the picture did not.
    if (this.map?.device.disposed && this.last) await this.look(...this.last);
    const { map } = this;
    if (!map) throw new SppgpuError('look at a picture first');
    const levels = levelsOf(network.architecture.classifier[0]);
    const windows = tensor(map.device, Int32Array.of(0, y0, x0, y1, x1), { shape: [1, 5] });
    const pooled = noGrad(() => spatialPyramidPool(map, levels.length > 0 ? levels : LEVELS, { windows }));
    const logits = levels.length > 0 ? noGrad(() => network.classifyWindows(map, windows)) : null;
    try {
      const [vector, scores] = await Promise.all([pooled.data(), logits?.data()]);
      return { top: scores ? topOf(scores, classes) : [], vector: vector as Float32Array<ArrayBuffer> };
    } finally {
      for (const one of [windows, pooled, logits]) one?.dispose();
    }
  }

  private async ready(): Promise<OpenModel> {
    if (!this.model) throw new SppgpuError('there is no net yet; train one here or open a file');
    return this.model.get();
  }

  private forgetMap(): void {
    if (this.map && !this.map.device.disposed) this.map.dispose();
    this.map = null;
  }
}

function levelsOf(head: { readonly type: string } | undefined): readonly number[] {
  return head?.type === 'spp' ? ((head as { readonly levels?: readonly number[] }).levels ?? []) : [];
}

function topOf(logits: ArrayLike<number>, classes: readonly string[] | null): ScoredClass[] {
  const probabilities = softmaxRows(logits, logits.length);
  return [...probabilities.keys()]
    .sort((a, b) => probabilities[b]! - probabilities[a]!)
    .slice(0, TOP)
    .map((index) => ({ label: classes?.[index] ?? `class ${index}`, probability: probabilities[index]! }));
}
