import { batch, computed, signal } from '@preact/signals';
import type { RungLine } from '../../../bench/time-rungs.js';
import { engine, hearing } from '../../engine/client.js';
import type { EditOutcome, FamilyReport } from '../../engine/wire.js';
import { adapter, attempt, fail, tell } from '../../state.js';
import { carriesResult, linkOf, type SharedResult, sharedResult } from './shared-result.js';

export const families = signal<readonly FamilyReport[]>([]);
export const chosen = signal(0);
export const size = signal(0);
export const lines = signal<readonly RungLine[]>([]);
/** What is checked and timed just now. */
export const doing = signal<'ladder' | 'edited' | null>(null);
export const busy = computed(() => doing.value !== null);
export const rung = signal(0);
export const kernel = signal(0);
export const edited = signal<string | null>(null);
export const outcome = signal<EditOutcome | null>(null);
export const shared = signal<SharedResult | null>(null);

export const family = computed(() => families.value[chosen.value]);

export const progress = computed(() => {
  if (doing.value !== 'ladder') return null;
  const of = family.value!.rungs.filter(({ runs }) => runs).length;
  return { stage: 'checking and timing', done: lines.value.length, of };
});

export async function open(): Promise<void> {
  const found = await attempt(async () => (await engine()).kernels.families());
  if (!found) return;
  families.value = found;
  choose(Math.max(0, placeOf('spatialPyramidPool')));
  follow();
}

const placeOf = (name: string): number => families.value.findIndex((one) => one.family === name);

/** Shows the result that the address carries, if it does. */
export function follow(): void {
  if (families.value.length === 0 || !carriesResult(location.hash)) return;
  const result = sharedResult(location.hash);
  if (!result) {
    fail(
      'The result in this link is damaged, perhaps cut off on its way; ask for the link again, or run the rungs here.',
    );
    return;
  }
  const place = placeOf(result.family);
  if (place < 0) {
    fail(`The result in this link is of kernels that are not known here (${result.family}); run others here.`);
    return;
  }
  if (place !== chosen.value || result.size !== size.value) choose(place);
  size.value = result.size;
  shared.value = result;
}

export function choose(index: number): void {
  batch(() => {
    chosen.value = index;
    size.value = families.value[index]!.size;
    lines.value = [];
    chooseRung(0);
  });
}

export function chooseRung(index: number): void {
  batch(() => {
    rung.value = index;
    kernel.value = 0;
    edited.value = null;
    outcome.value = null;
  });
}

export async function run(): Promise<void> {
  doing.value = 'ladder';
  lines.value = [];
  const onLine = hearing<RungLine>((line) => {
    lines.value = [...lines.value, line];
  });
  await attempt(async () => (await engine()).kernels.run(family.value!.family, size.value, onLine));
  doing.value = null;
}

/** Marks what is taken now for work of this size, after a change. */
async function choicesChanged(): Promise<void> {
  const sizes = { [family.value!.family]: size.value };
  const found = await attempt(async () => (await engine()).kernels.families(sizes));
  if (found) families.value = found;
}

/** From now on the page's ops take the fastest of the rungs that were timed. */
export async function takeFastest(): Promise<void> {
  const { family: name } = family.value!;
  const taken = await attempt(async () => (await engine()).kernels.take(name, size.value, lines.value));
  if (!taken) return;
  await choicesChanged();
  tell(`${name} takes ${taken} for work of about this size, here and on your next visit.`);
}

export async function leaveToRules(): Promise<void> {
  const { family: name } = family.value!;
  await attempt(async () => (await engine()).kernels.leaveToRules(name));
  await choicesChanged();
  tell(`${name} is left to the rules again.`);
}

export async function runEdited(): Promise<void> {
  const { family: name, rungs } = family.value!;
  const row = rungs[rung.value]!;
  const own = row.kernels[kernel.value]!;
  doing.value = 'edited';
  const code = edited.value ?? own.code;
  const result = await attempt(async () =>
    (await engine()).kernels.runEdited(name, row.rung, size.value, own.name, code),
  );
  doing.value = null;
  outcome.value = result ?? null;
}

export async function stop(): Promise<void> {
  await attempt(async () => (await engine()).kernels.stop());
}

export async function share(): Promise<void> {
  const link = new URL(linkOf(family.value!.family, size.value, adapter.value!.name, lines.value), location.href).href;
  history.replaceState(null, '', link);
  try {
    await navigator.clipboard.writeText(link);
    tell('The link is copied: it carries this result.');
  } catch {
    tell('The address of this page now carries the result; copy it from there.');
  }
}
