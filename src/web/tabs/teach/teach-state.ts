import { batch, computed, signal } from '@preact/signals';
import { detectionsOf } from '../../../detect/detections.js';
import { engine, listening } from '../../engine/client.js';
import type { FoundReport, JudgeReport, Progress, ShownPicture, TeachReport } from '../../engine/wire.js';
import { attempt, tell } from '../../state.js';
import type { DrawnBox } from '../../ui/annotator.js';

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
export const detectorName = signal<string | null>(null);
export const tried = signal<ShownPicture | null>(null);
export const found = signal<FoundReport | null>(null);
export const minScore = signal(0);
export const overlap = signal(0.3);
export const judged = signal<JudgeReport | null>(null);
let scenesTaken = 0;
let scenesTried = 0;

export const boxCount = computed(() => cards.value.reduce((sum, { boxes }) => sum + boxes.length, 0));

/** What is shown of what was found, by both sliders: no new look at the picture is needed. */
export const detections = computed(() => {
  const all = found.value;
  return all
    ? detectionsOf(all, all.classes.length, all, { minScore: minScore.value, nms: overlap.value, perClass: 100 })
    : [];
});

export function addCards(pictures: readonly ShownPicture[]): void {
  batch(() => {
    chosenCard.value = cards.value.length;
    cards.value = [...cards.value, ...pictures.map((picture) => ({ picture, boxes: [] }))];
  });
}

export function draw(index: number, boxes: readonly DrawnBox[]): void {
  cards.value = cards.value.map((card, i) => (i === index ? { ...card, boxes } : card));
}

export function removeCard(index: number): void {
  const gone = cards.value[index]!.picture.id;
  void engine().then(({ pictures }) => pictures.forget(gone));
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

export async function look(picture: ShownPicture): Promise<void> {
  const result = await attempt(async () => (await engine()).teach.find(picture.id));
  batch(() => {
    tried.value = picture;
    found.value = result ?? null;
  });
}

export async function judge(): Promise<void> {
  const onProgress = listening((next) => {
    progress.value = next;
  });
  const result = await attempt(async () => (await engine()).teach.judge(JUDGED, DIGIT, onProgress));
  progress.value = null;
  if (result) judged.value = result;
}

export async function openDetector(bytes: Uint8Array, name: string): Promise<void> {
  const opened = await attempt(async () => (await engine()).teach.openDetectorFile(bytes, name));
  if (!opened) return;
  batch(() => {
    detectorName.value = name;
    report.value = null;
    judged.value = null;
  });
  tell(`${name}: finds ${opened.classes.join(', ')}; looks with ${opened.backbone}.`);
  if (tried.value) await look(tried.value);
}

const numberOf = (scene: ShownPicture | undefined): number => Number(scene?.name.replace(/\D/g, '') ?? 0);
