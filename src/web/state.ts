import { signal } from '@preact/signals';
import { engine, refuseEngine, startEngine } from './engine/client.js';
import type { AdapterReport, Progress } from './engine/wire.js';

/** What the page tells people beside its tabs. */
export interface NoticeText {
  readonly kind: 'error' | 'news';
  readonly text: string;
}

export const adapter = signal<AdapterReport | null>(null);
export const notice = signal<NoticeText | null>(null);
/** Why nothing can be computed here: stands above every tab until it can. */
export const trouble = signal<string | null>(null);
/** Files that are being read, whichever tab they are for. */
export const reading = signal<Progress | null>(null);
/** Work that has taken longer than `SOON`: while there is some, the page shows that it is at it. */
export const working = signal(0);
/** In milliseconds. */
const SOON = 500;

const NO_WEBGPU = 'This browser offers no WebGPU, so nothing can be computed here.';
const OTHER_BROWSER =
  'Use a current Chrome, Edge, Firefox or Safari; on Linux, Chrome may need chrome://flags/#enable-unsafe-webgpu.';
const PLAIN_HTTP = 'This page came over plain http: open it over https or on localhost.';

/** Opens the device; without one the page says what to do. */
export async function begin(): Promise<void> {
  if (!('gpu' in navigator)) {
    trouble.value = `${NO_WEBGPU} ${isSecureContext ? OTHER_BROWSER : PLAIN_HTTP}`;
    refuseEngine(trouble.value);
    return;
  }
  startEngine((message) => {
    fail(
      `The GPU was lost${message ? ` (${message.replace(/\.$/, '')})` : ''}. Everything you made is kept: do the last step again, it opens another device.`,
    );
  });
  await openDevice();
}

/** Asks for the device, also after it could not be had. */
export async function openDevice(): Promise<void> {
  try {
    adapter.value = await seen(async () => (await engine()).gpu.report());
    trouble.value = null;
  } catch (error) {
    trouble.value = `Nothing can be computed here: ${(error as Error).message}.`;
  }
}

/** What work fails with that was under way when the device went: the loss itself has been told, and what to do. */
const LOSS = ['DeviceLostError', 'DisposedError'];

/** Runs work of the engine; what goes wrong is told in words. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await seen(work);
  } catch (error) {
    const { name, message } = error as Error;
    const told = message === trouble.value || (LOSS.includes(name) && notice.value?.kind === 'error');
    if (!told) fail(message);
    return undefined;
  }
}

async function seen<T>(work: () => Promise<T>): Promise<T> {
  let shown = 0;
  const timer = setTimeout(() => {
    shown = 1;
    working.value += shown;
  }, SOON);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    working.value -= shown;
  }
}

export function fail(text: string): void {
  notice.value = { kind: 'error', text };
}

export function tell(text: string): void {
  notice.value = { kind: 'news', text };
}
