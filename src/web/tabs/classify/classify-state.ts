import { batch, signal } from '@preact/signals';
import { engine, watching } from '../../engine/client.js';
import type { CellWindow, LookReport, ModelReport, Progress, ShownPicture, WindowReport } from '../../engine/wire.js';
import { attempt, fail, tell } from '../../state.js';
import { decodeFiles, forgetPictures } from '../../ui/add-pictures.js';
import { bytesOf } from '../../ui/controls.js';
import { sorted } from '../../ui/receive-files.js';

export const model = signal<ModelReport | null>(null);
export const modelName = signal('');
export const progress = signal<Progress | null>(null);
export const samples = signal<readonly ShownPicture[]>([]);
export const picture = signal<ShownPicture | null>(null);
export const side = signal(0);
export const negative = signal(false);
/** What was seen, and in which picture: not yet the chosen one while that is being looked at. */
export const seen = signal<(LookReport & { readonly of: ShownPicture }) | null>(null);
export const channel = signal(-1);
export const level = signal(0);
export const region = signal<CellWindow | null>(null);
export const told = signal<WindowReport | null>(null);

const SAMPLES = 12;
/** A quick training for those who come without a net. */
const QUICK = { digits: 1500, epochs: 4, batchSize: 16, lr: 0.01, seed: 1 };

export async function useModel(bytes: Uint8Array, name: string, architecture?: string): Promise<void> {
  const opened = await attempt(async () =>
    (await engine()).classify.useModel({ bytes, name, ...(architecture && { architecture }) }),
  );
  if (!opened) return;
  batch(() => {
    model.value = opened;
    modelName.value = name;
    level.value = opened.levels.at(-1) ?? 0;
    side.value = 0;
    seen.value = null;
    told.value = null;
  });
  if (samples.value.length === 0)
    samples.value = (await attempt(async () => (await engine()).classify.samples(SAMPLES, 1))) ?? [];
  const first = picture.value ?? samples.value[0];
  if (first) await choose(first);
}

/** The net of the tab Train, or one trained quickly now. */
export async function useOwnNet(): Promise<void> {
  const { train } = await engine();
  const events = watching({
    onStep: ({ epoch, step, steps }) => {
      progress.value = { stage: 'training on digits', done: epoch * steps + step, of: QUICK.epochs * steps };
    },
    onEpoch: () => {},
  });
  const bytes = await attempt(async () => {
    if (!(await train.checkpoint)) await train.train(QUICK, events);
    return train.checkpoint;
  });
  progress.value = null;
  if (bytes) await useModel(bytes, 'the net of digits trained in this page');
}

export async function choose(next: ShownPicture): Promise<void> {
  const shorter = Math.min(next.width, next.height);
  const { minimumSize = 16, inputSize = 24 } = model.value ?? {};
  const before = picture.value;
  batch(() => {
    picture.value = next;
    // At its own size, where that is neither too small for the net nor needlessly large.
    side.value = Math.min(Math.max(shorter, minimumSize), 3 * inputSize);
  });
  await look();
  if (before && before.id !== next.id && !samples.value.includes(before)) await forgetPictures([before]);
}

/** Of pictures that come, the last. Without a net it waits for one. */
export async function chooseLast(pictures: readonly ShownPicture[]): Promise<void> {
  const last = pictures.at(-1);
  await forgetPictures(pictures.slice(0, -1));
  if (!last) return;
  await choose(last);
  if (!model.value) tell(`${last.name} is here; train a net or open one, and it is looked at.`);
}

/** What is dropped or pasted: a picture to look at, or a net to look with. */
export async function takeFiles(files: readonly File[]): Promise<void> {
  const { nets, pictures } = sorted(files);
  if (nets.length > 1) fail(`${nets[1]!.name}: one net at a time; drop it alone.`);
  else if (nets[0]) await useModel(await bytesOf(nets[0]), nets[0].name);
  if (pictures.length > 0) await chooseLast(await decodeFiles(pictures));
}

/** One look at a time; of those asked for meanwhile, the last. */
let looking = false;
let wanted = false;
export async function look(): Promise<void> {
  wanted = true;
  if (looking || !model.value) return;
  looking = true;
  while (wanted) {
    wanted = false;
    const of = picture.value!;
    const result = await attempt(async () => (await engine()).classify.look(of.id, side.value, negative.value));
    if (!result) {
      // What another picture showed is not said of this one.
      if (seen.value?.of !== of) seen.value = null;
      break;
    }
    batch(() => {
      seen.value = { ...result, of };
      region.value = { x0: 0, y0: 0, x1: result.map.width, y1: result.map.height };
    });
    await ask();
  }
  looking = false;
}

let asking = false;
/** What the window says; while one answer is on its way, the newest window waits. */
export async function ask(): Promise<void> {
  if (asking) return;
  asking = true;
  for (let asked: CellWindow | null = null; region.value && region.value !== asked; ) {
    asked = region.value;
    const cells = asked;
    const result = await attempt(async () => (await engine()).classify.window(cells));
    if (!result) break;
    told.value = result;
  }
  asking = false;
}
