import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

/** Adds a service worker that keeps all files of the site, so that it opens again without a network. */
export function offline(): Plugin {
  return {
    name: 'offline',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((name) => !name.endsWith('.map'));
      const hash = createHash('sha256');
      for (const name of files.sort()) {
        const file = bundle[name]!;
        hash.update(name).update(file.type === 'asset' ? file.source : file.code);
      }
      const template = readFileSync(new URL('./service-worker.js', import.meta.url), 'utf8');
      const source = template
        .replace('/* FILES */', JSON.stringify(['./', ...files]))
        .replace('/* VERSION */', JSON.stringify(hash.digest('hex').slice(0, 12)));
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source });
    },
  };
}
