/** A plugin of TypeDoc: a page for each room of the library, under the name that reference.json gives it. */
import { readFileSync } from 'node:fs';
import { Converter, PageEvent } from 'typedoc';

const titles = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8'));

export function load(app) {
  // Classes list their own members, not again those that they inherit: fifty modules have the methods of `Module`.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const reflection of Object.values(project.reflections)) {
      const inherited = reflection.inheritedFrom ?? reflection.signatures?.every((each) => each.inheritedFrom);
      if (inherited) project.removeReflection(reflection);
    }
  });
  app.renderer.on(PageEvent.END, (page) => {
    const title = titles[page.url.replace(/\.md$/, '')];
    if (title) page.contents = page.contents.replace(/^# .*$/m, `# ${title}`);
  });
}
