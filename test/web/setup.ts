import type { TestProject } from 'vitest/node';
import { buildSite, serveBrowser, serveSite } from './site.js';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of the site that is tested. */
    site: string;
    /** Where the browser listens. */
    browser: string;
  }
}

/** One build of the site and one browser for all files; each test has pages of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await buildSite();
  const [site, browser] = await Promise.all([serveSite(), serveBrowser()]);
  project.provide('site', site.url);
  project.provide('browser', browser.wsEndpoint());
  return async () => {
    await browser.close();
    await site.close();
  };
}
