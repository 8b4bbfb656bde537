import { scenesDataset } from '../../data/scenes.js';
import type { Boxes } from '../../detect/boxes.js';
import { boxCount } from '../../detect/boxes.js';
import { DETECTION_LIMITS } from '../../detect/detections.js';
import { Detector } from '../../detect/detector.js';
import { DETECTOR_FORMAT } from '../../detect/detector-description.js';
import { evaluateDetections, type JudgedPicture } from '../../detect/evaluation/evaluate-detections.js';
import { RememberedMaps } from '../../detect/features/remembered-maps.js';
import { SppWindows } from '../../detect/features/spp-windows.js';
import { StageClock } from '../../detect/features/stages.js';
import { encodeDetector, openDetector } from '../../detect/open-detector.js';
import { type MethodOptions, proposalMethod } from '../../detect/proposals/methods.js';
import { type TrainingSet, truthOf } from '../../detect/training/examples.js';
import { trainParts } from '../../detect/training/train-parts.js';
import { fileInMemory } from '../../models/file-in-memory.js';
import type { Picture } from '../../picture/picture.js';
import { SppgpuError } from '../../runtime/errors.js';
import { type Backbone, type BackboneFile, openBackbone } from './backbone.js';
import { digitSource } from './digit-source.js';
import { type Gpu, OnDevice } from './gpu.js';
import type { Pictures } from './pictures.js';
import type {
  DetectorReport,
  FoundReport,
  JudgeReport,
  OnProgress,
  ShownPicture,
  TeachReport,
  TeachRequest,
} from './wire.js';

/** C for a handful of objects: the paper's 0.001 is made for hundreds of them. */
const FEW_C = 0.1;
const SCENE_SEED = 7;
/** Scenes are looked through for those with the wanted digit: so many at most. */
const MOST_SCENES = 4000;

/** Teaching a detector from a few boxes, and what it then finds. */
export class TeachRoom {
  private file: BackboneFile | null = null;
  private onProgress: OnProgress = () => {};
  private backbone: OnDevice<Backbone>;
  private detector: { readonly bytes: Uint8Array; readonly ready: OnDevice<Detector> } | null = null;

  constructor(
    private readonly gpu: Gpu,
    private readonly pictures: Pictures,
  ) {
    this.backbone = this.newBackbone();
  }

  /** Scenes composed of digits, each with at least one of `digit`; what else is in them is not an object. */
  async scenes(part: 'train' | 'test', from: number, count: number, digit: number): Promise<ShownPicture[]> {
    const found: ShownPicture[] = [];
    for (const { image, id, objects } of await this.scenesWith(part, from, count, digit)) {
      found.push(this.pictures.add(image, id, objects));
    }
    return found;
  }

  /**
   * Another net to look with.
   * @throws FileError for a file that holds none; the net before it stays then
   */
  async useBackbone(file: BackboneFile): Promise<void> {
    const [before, oldFile] = [this.backbone, this.file];
    this.file = file;
    this.backbone = this.newBackbone();
    try {
      await this.backbone.get();
      before.dispose();
    } catch (error) {
      [this.backbone, this.file] = [before, oldFile];
      throw error;
    }
  }

  async teach({ classes, pictures }: TeachRequest, onProgress: OnProgress): Promise<TeachReport> {
    this.onProgress = onProgress;
    const seconds: Record<string, number> = {};
    let last = performance.now();
    const lap = (stage: string): void => {
      const now = performance.now();
      seconds[stage] = (seconds[stage] ?? 0) + (now - last) / 1000;
      last = now;
    };
    const backbone = await this.backbone.get();
    lap('learning to see');
    const propose = proposerOf(backbone.proposals);
    let windows = 0;
    const examples = pictures.map(({ id, objects }, index) => {
      const picture = this.pictures.get(id);
      const proposals = propose(picture);
      windows += boxCount(proposals);
      onProgress({ stage: 'windows', done: index + 1, of: pictures.length });
      return { id: String(id), picture, ...truthOf(objects, picture, classes.length), proposals };
    });
    lap('windows');
    const set: TrainingSet = { classes, length: examples.length, at: async (index) => examples[index]! };
    const maps = new RememberedMaps(backbone.regions);
    const options = { scales: backbone.scales };
    try {
      let stage = 'features';
      const trained = await trainParts(new SppWindows(backbone.regions, options, maps.maker()), set, {
        mining: { c: FEW_C },
        proposals: backbone.proposals,
        onProgress: (part, done, of) => {
          const next = part === 'lengths' ? 'features' : part;
          if (next !== stage) lap(stage);
          stage = next;
          onProgress({ stage, done, of });
        },
      });
      lap(stage);
      const detector = new Detector(new SppWindows(backbone.regions, options), trained.parts);
      const bytes = await encodeDetector(detector, { pictures: pictures.length, program: 'sppgpu web' });
      detector.dispose();
      this.keep(bytes);
      return {
        seconds,
        windows,
        classes: trained.classes.map(({ positives, negatives }, i) => ({ name: classes[i]!, positives, negatives })),
      };
    } finally {
      maps.dispose();
    }
  }

  /** What the detector says of a picture. */
  async find(id: number): Promise<FoundReport> {
    const picture = this.pictures.get(id);
    const detector = await this.ready();
    const clock = new StageClock(await this.gpu.device());
    const boxes = await clock.measure('proposals', () => proposerOf(detector.parts.proposals)(picture));
    const scored = await detector.score(picture, boxes, DETECTION_LIMITS.minScore, clock);
    const { width, height } = picture;
    const { classes, thresholds } = detector.parts;
    return { ...scored, classes, thresholds, width, height, seconds: clock.seconds };
  }

  /** Average precision on scenes of digits that nothing was trained on. */
  async judge(count: number, digit: number, onProgress: OnProgress): Promise<JudgeReport> {
    const detector = await this.ready();
    const propose = proposerOf(detector.parts.proposals);
    const judged: JudgedPicture[] = [];
    for (const { image, objects = [] } of await this.scenesWith('test', 1000, count, digit)) {
      const { detections } = await detector.detect(image, propose);
      judged.push({ objects, detections });
      onProgress({ stage: 'judging', done: judged.length, of: count });
    }
    const { perClass, mapAll } = evaluateDetections(judged, detector.classes.length);
    return {
      pictures: judged.length,
      map: mapAll,
      classes: perClass.map(({ apAll, positives, found }, i) => ({
        name: detector.classes[i]!,
        ap: apAll,
        objects: positives,
        found,
      })),
    };
  }

  /** The detector as the file that `sppgpu detect --model` reads. */
  detectorFile(): Uint8Array {
    if (!this.detector) throw new SppgpuError('there is no detector yet; train one or open a file');
    return this.detector.bytes;
  }

  /** Whether a file says that it holds a detector. @throws FileError for one that is not sound */
  async isDetector(bytes: Uint8Array, name: string): Promise<boolean> {
    return (await fileInMemory(bytes, name)).header.metadata.format === DETECTOR_FORMAT;
  }

  /** @throws FileError for a file that does not hold a detector */
  async openDetectorFile(bytes: Uint8Array, name: string): Promise<DetectorReport> {
    const before = this.detector;
    this.detector = this.kept(bytes, name);
    try {
      const { parts, source } = await this.ready();
      proposerOf(parts.proposals, name);
      before?.ready.dispose();
      return {
        classes: parts.classes,
        backbone: source.network.architecture.title,
        dimension: source.network.dimension,
      };
    } catch (error) {
      this.detector = before;
      throw error;
    }
  }

  private keep(bytes: Uint8Array): void {
    this.detector?.ready.dispose();
    this.detector = this.kept(bytes, 'detector.safetensors');
  }

  private kept(bytes: Uint8Array, name: string) {
    const source = (): File => new File([bytes as Uint8Array<ArrayBuffer>], name);
    return { bytes, ready: new OnDevice<Detector>(this.gpu, (device) => openDetector(source(), device)) };
  }

  private async ready(): Promise<Detector> {
    if (!this.detector) throw new SppgpuError('there is no detector yet; train one or open a file');
    return this.detector.ready.get();
  }

  private newBackbone(): OnDevice<Backbone> {
    const { file } = this;
    return new OnDevice(this.gpu, (device) => openBackbone(device, file, (progress) => this.onProgress(progress)));
  }

  private async scenesWith(part: 'train' | 'test', from: number, count: number, digit: number) {
    const dataset = scenesDataset(await digitSource(), { split: part, count: MOST_SCENES, seed: SCENE_SEED });
    const found = [];
    for (let index = from; index < dataset.length && found.length < count; index++) {
      const { objects = [] } = dataset.entry(index);
      const wanted = objects.filter(({ label }) => label === digit).map((object) => ({ ...object, label: 0 }));
      if (wanted.length > 0) found.push({ ...(await dataset.item(index)), id: `scene ${index}`, objects: wanted });
    }
    return found;
  }
}

/** What finds the windows of a detector. @throws SppgpuError for one whose windows came from elsewhere */
function proposerOf(settings: Readonly<Record<string, unknown>>, name = 'this detector'): (picture: Picture) => Boxes {
  const { method: wanted, ...options } = settings;
  const method = proposalMethod(wanted);
  if (!method) {
    throw new SppgpuError(
      `${name}: its windows came from a file of boxes; a page needs one whose windows a method finds, such as selective-search`,
    );
  }
  return (picture) => method.propose(picture, options as MethodOptions).boxes;
}
