import { batch, computed, signal } from '@preact/signals';
import { detectionsOf } from '../../../detect/detections.js';
import { engine, listening } from '../../engine/client.js';
import { fetchWeights, keepWeights } from '../../engine/fetch-weights.js';
import type { FoundReport, JudgeReport, Progress, ShownPicture, TeachReport } from '../../engine/wire.js';
import { attempt, fail, tell } from '../../state.js';
import { decodeFiles, forgetPictures } from '../../ui/add-pictures.js';
import type { DrawnBox } from '../../ui/annotator.js';
import { bytesOf } from '../../ui/controls.js';
import { sorted } from '../../ui/receive-files.js';

/** A picture to learn from, with what is drawn on it. */
export interface Card {
  readonly picture: ShownPicture;
  readonly boxes: readonly DrawnBox[];
}

/** The digit that the built-in scenes are about. */
const DIGIT = 3;
const SCENES = 6;
const JUDGED = 12;

export const classes = signal<readonly string[]>([`a ${DIGIT}`]);
export const chosenClass = signal(0);
export const cards = signal<readonly Card[]>([]);
export const chosenCard = signal(0);
export const progress = signal<Progress | null>(null);
export const report = signal<TeachReport | null>(null);
export const backboneName = signal('a small net of digits, trained in this page');
/** The net that bare weights are of; empty for files that say it themselves. */
export const bareNet = signal('');
export const detectorName = signal<string | null>(null);
export const tried = signal<ShownPicture | null>(null);
export const found = signal<FoundReport | null>(null);
/** Score above which things are shown; null: as training found best. */
export const minScore = signal<number | null>(null);
export const overlap = signal(0.3);
export const judged = signal<JudgeReport | null>(null);
let scenesTaken = 0;
let scenesTried = 0;

export const boxCount = computed(() => cards.value.reduce((sum, { boxes }) => sum + boxes.length, 0));

/** What is shown of what was found, by both sliders: no new look at the picture is needed. */
export const detections = computed(() => {
  const all = found.value;
  return all
    ? detectionsOf(all, all.classes.length, all, {
        minScore: minScore.value ?? all.thresholds,
        ...{ nms: overlap.value, perClass: 100 },
      })
    : [];
});

export function addCards(pictures: readonly ShownPicture[]): void {
  if (pictures.length === 0) return;
  batch(() => {
    chosenCard.value = cards.value.length;
    cards.value = [...cards.value, ...pictures.map((picture) => ({ picture, boxes: [] }))];
  });
}

export function draw(index: number, boxes: readonly DrawnBox[]): void {
  cards.value = cards.value.map((card, i) => (i === index ? { ...card, boxes } : card));
}

export function removeCard(index: number): void {
  void forgetPictures([cards.value[index]!.picture]);
  batch(() => {
    cards.value = cards.value.filter((_, i) => i !== index);
    chosenCard.value = Math.max(0, Math.min(chosenCard.value, cards.value.length - 1));
  });
}

export async function addScenes(): Promise<void> {
  await attempt(async () => {
    const scenes = await (await engine()).teach.scenes('train', scenesTaken, SCENES, DIGIT);
    scenesTaken = numberOf(scenes.at(-1)) + 1;
    addCards(scenes);
    chosenCard.value = cards.value.length - scenes.length;
  });
}

/** Fills in the boxes of scenes, whose places are known. */
export function drawForMe(): void {
  cards.value = cards.value.map(({ picture, boxes }) => ({
    picture,
    boxes: picture.truth ? picture.truth.map(({ label, box }) => ({ label, box })) : boxes,
  }));
}

export async function train(): Promise<void> {
  const pictures = cards.value
    .filter(({ boxes }) => boxes.length > 0)
    .map(({ picture, boxes }) => ({
      id: picture.id,
      objects: boxes.map((box) => ({ ...box, difficult: false, truncated: false })),
    }));
  progress.value = { stage: 'starting', done: 0, of: 1 };
  const onProgress = listening((next) => {
    progress.value = next;
  });
  const done = await attempt(async () =>
    (await engine()).teach.teach({ classes: classes.value, pictures }, onProgress),
  );
  progress.value = null;
  if (!done) return;
  batch(() => {
    report.value = done;
    judged.value = null;
    minScore.value = null;
    detectorName.value = 'trained here';
  });
  if (tried.value) await look(tried.value);
  else await tryScene();
}

export async function tryScene(): Promise<void> {
  await attempt(async () => {
    const [scene] = await (await engine()).teach.scenes('test', scenesTried, 1, DIGIT);
    scenesTried = numberOf(scene) + 1;
    await look(scene!);
  });
}

async function look(picture: ShownPicture): Promise<void> {
  const result = await attempt(async () => (await engine()).teach.find(picture.id));
  const before = tried.value;
  batch(() => {
    tried.value = picture;
    found.value = result ?? null;
  });
  if (before && before.id !== picture.id) await forgetPictures([before]);
}

/** Of pictures to try, the last. */
export async function lookAtLast(pictures: readonly ShownPicture[]): Promise<void> {
  const last = pictures.at(-1);
  await forgetPictures(pictures.slice(0, -1));
  if (last) await look(last);
}

export async function judge(): Promise<void> {
  const onProgress = listening((next) => {
    progress.value = next;
  });
  const result = await attempt(async () => (await engine()).teach.judge(JUDGED, DIGIT, onProgress));
  progress.value = null;
  if (result) judged.value = result;
}

/** Another net to look with. @returns whether the file holds one */
export async function useBackbone(bytes: Uint8Array, name: string): Promise<boolean> {
  const architecture = bareNet.value ? { architecture: bareNet.value } : {};
  const set = await attempt(async () => {
    await (await engine()).teach.useBackbone({ bytes, name, ...architecture });
    return true;
  });
  if (!set) return false;
  backboneName.value = name;
  tell(`${name} is what the next training looks with.`);
  return true;
}

export async function fetchBackbone(url: string): Promise<void> {
  progress.value = { stage: 'fetching', done: 0, of: 1 };
  const fetched = await attempt(() =>
    fetchWeights(url, (next) => {
      progress.value = next;
    }),
  );
  progress.value = null;
  if (!fetched || !(await useBackbone(fetched.bytes, fetched.name))) return;
  if (fetched.kept) tell(`${url} does not answer: ${fetched.name}, kept from an earlier visit, is looked with.`);
  await keepWeights(url, fetched);
}

/** What is dropped or pasted: pictures to learn from, a detector, or a net to look with. */
export async function takeFiles(files: readonly File[]): Promise<void> {
  const { nets, pictures } = sorted(files);
  if (nets.length > 1) fail(`${nets[1]!.name}: one net or detector at a time; drop it alone.`);
  else if (nets[0]) {
    const [{ name }, bytes] = [nets[0], await bytesOf(nets[0])];
    const detector = await attempt(async () => (await engine()).teach.isDetector(bytes, name));
    if (detector) await openDetector(bytes, name);
    else if (detector === false) await useBackbone(bytes, name);
  }
  if (pictures.length > 0) addCards(await decodeFiles(pictures));
}

export async function openDetector(bytes: Uint8Array, name: string): Promise<void> {
  const opened = await attempt(async () => (await engine()).teach.openDetectorFile(bytes, name));
  if (!opened) return;
  batch(() => {
    detectorName.value = name;
    minScore.value = null;
    report.value = null;
    judged.value = null;
  });
  tell(`${name}: finds ${opened.classes.join(', ')}; looks with ${opened.backbone}.`);
  if (tried.value) await look(tried.value);
}

const numberOf = (scene: ShownPicture | undefined): number => Number(scene?.name.replace(/\D/g, '') ?? 0);
