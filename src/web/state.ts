import { signal } from '@preact/signals';
import { engine, startEngine } from './engine/client.js';
import type { AdapterReport } from './engine/wire.js';

/** What the page tells people beside its tabs. */
export interface NoticeText {
  readonly kind: 'error' | 'news';
  readonly text: string;
}

export const adapter = signal<AdapterReport | null>(null);
export const notice = signal<NoticeText | null>(null);

/** Opens the device; without one the page says what to do. */
export async function begin(): Promise<void> {
  if (!('gpu' in navigator)) {
    const secure = isSecureContext ? '' : ' This page came over plain http; open it over https or on localhost.';
    fail(
      `This browser offers no WebGPU.${secure || ' Use a current Chrome, Edge, Firefox or Safari; on Linux, Chrome may need chrome://flags/#enable-unsafe-webgpu.'}`,
    );
    return;
  }
  const opened = startEngine((message) => {
    fail(
      `The GPU was lost${message ? ` (${message.replace(/\.$/, '')})` : ''}. Everything you made is kept: do the last step again, it opens another device.`,
    );
  });
  await attempt(async () => {
    await opened;
    adapter.value = await (await engine()).gpu.report();
  });
}

/** Runs work of the engine; what goes wrong is told in words. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    const result = await work();
    return result;
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== 'DeviceLostError' || notice.value?.kind !== 'error') fail(message);
    return undefined;
  }
}

export function fail(text: string): void {
  notice.value = { kind: 'error', text };
}

export function tell(text: string): void {
  notice.value = { kind: 'news', text };
}
