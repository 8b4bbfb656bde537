import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright';
import { inject } from 'vitest';

/** Address of the site that is tested. */
export const siteUrl = (): string => inject('site');

/** How many times slower pages run than they can: `SPPGPU_SLOW=6` shows which tests look at a page before it has answered. */
const SLOWNESS = Number(process.env.SPPGPU_SLOW ?? 1);

const slowed = async (page: Page): Promise<void> => {
  const session = await page.context().newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: SLOWNESS });
};

let connected: Promise<Browser> | null = null;

/** A browser's profile of its own, with nothing kept in it. It is closed with the file's tests (`closeContexts`). */
export async function openContext(): Promise<BrowserContext> {
  connected ??= chromium.connect(inject('browser'));
  const context = await (await connected).newContext({ viewport: { width: 1440, height: 1000 } });
  context.setDefaultTimeout(120_000); // shaders run on the CPU
  if (SLOWNESS > 1) context.on('page', slowed);
  return context;
}

/** The site in a profile of its own, at a tab of it. */
export async function openSite(tab = '', url = siteUrl()): Promise<Page> {
  const page = await (await openContext()).newPage();
  await page.goto(`${url}${tab && `#${tab}`}`);
  return page;
}

/** Chooses a tab and waits for its panel: what is looked for too soon is found on the tab before, and hidden when it is clicked. */
export async function chooseTab(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name, exact: true }).click();
  await page.getByRole('tabpanel', { name, exact: true }).waitFor();
}

/** Goes into `afterAll`. */
export async function closeContexts(): Promise<void> {
  const browser = await connected;
  connected = null;
  await browser?.close(); // of a browser that others use too, this closes what was opened over this connection
}

/** Waits until the browser keeps the files of the site. */
export const kept = (page: Page) => page.waitForFunction(() => navigator.serviceWorker.ready.then(() => true));

/** What a page offers as a download when `click` is done, as a file of this machine. */
export async function downloaded(page: Page, click: () => Promise<void>): Promise<string> {
  const [download] = await Promise.all([page.waitForEvent('download'), click()]);
  const file = join(mkdtempSync(join(tmpdir(), 'sppgpu-web-')), download.suggestedFilename());
  await download.saveAs(file);
  return file;
}

export interface FilePayload {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** Drops files on what `selector` finds, as a hand does. */
export async function dropFiles(page: Page, selector: string, files: readonly FilePayload[]): Promise<void> {
  const data = await transferOf(page, files);
  for (const type of ['dragenter', 'dragover', 'drop'])
    await page.dispatchEvent(selector, type, { dataTransfer: data });
}

/** Pastes files from the clipboard. */
export async function pasteFiles(page: Page, files: readonly FilePayload[]): Promise<void> {
  const data = await transferOf(page, files);
  await page.evaluate((clipboardData) => {
    const about = { clipboardData, bubbles: true, cancelable: true };
    document.activeElement!.dispatchEvent(new ClipboardEvent('paste', about));
  }, data);
}

const transferOf = (page: Page, files: readonly FilePayload[]) =>
  page.evaluateHandle(
    (sent) => {
      const data = new DataTransfer();
      for (const { name, type, text } of sent) {
        const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
        data.items.add(new File([bytes], name, { type }));
      }
      return data;
    },
    files.map(({ name, mimeType, buffer }) => ({ name, type: mimeType, text: buffer.toString('base64') })),
  );
