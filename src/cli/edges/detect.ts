import { basename, extname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { loadImage } from '../../data/decode.node.js';
import type { EdgeMap } from '../../detect/edges/edge-map.js';
import { edgeOrientation } from '../../detect/edges/orientation.js';
import { thinEdges } from '../../detect/edges/thin-edges.js';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { makeFolder } from '../../io/make-folder.node.js';
import { fromGrey } from '../../picture/picture.js';
import { pngBytes } from '../../report/png.js';
import { keepOffData } from '../data-output.js';
import { GROUPS } from '../help.js';
import { interruptible } from '../interrupt.js';
import { problemOf, reportIgnored, reportLeftOut } from '../left-out.js';
import { withCommonOptions } from '../options.js';
import { goOnWithoutReader, print, printJson } from '../output.js';
import { pictureFiles } from '../prediction/inputs.js';
import { Progress } from '../progress.js';
import { type EdgeSourceOptions, withEdgeSource, withEdges } from './source.js';

interface EdgeDetectOptions extends EdgeSourceOptions {
  readonly out: string;
  readonly thin?: boolean;
}

/** `sppgpu edges detect PATH...`: pictures of the edges of pictures. */
export function addEdgesDetect(edges: Command): void {
  const command = edges
    .command('detect <path...>')
    .description('draw the edges of pictures, given as files or folders: white on black')
    .optionsGroup(GROUPS.common);
  withEdgeSource(command)
    .requiredOption('--out <folder>', 'folder for NAME.edges.png')
    .option('--thin', 'edges one pixel wide');
  withCommonOptions(command).action((paths: readonly string[], options: EdgeDetectOptions) =>
    interruptible((signal) => detect(paths, options, signal)),
  );
}

async function detect(paths: readonly string[], options: EdgeDetectOptions, signal: AbortSignal): Promise<void> {
  const { files, failures: folders, ignored } = await pictureFiles(paths);
  reportIgnored(ignored);
  const failures = folders.map(({ message }) => message);
  for (const path of paths) await keepOffData(options.out, path, 'folder');
  const out = resolve(options.out);
  goOnWithoutReader();
  await makeFolder(out);
  const names = new Map<string, number>();
  await withEdges(options, async (source) => {
    const progress = new Progress('edges detect:', files.length, 'pictures');
    for (const file of files) {
      signal.throwIfAborted();
      try {
        const picture = await loadImage(file);
        const started = performance.now();
        const map = await source(picture);
        const edges = options.thin ? thinEdges(map, edgeOrientation(map)) : map;
        const seconds = Number(((performance.now() - started) / 1000).toFixed(3));
        const target = join(out, edgesName(file, names));
        await writeFileAtomic(target, pngBytes(drawn(edges)));
        if (options.json) printJson({ file, edges: target, seconds });
        else print(`${file}  ${target}\n`);
      } catch (error) {
        failures.push(problemOf(error, file, { signal, out }));
      }
      progress.advance();
    }
    progress.stop();
  });
  reportLeftOut('edges detect', failures);
}

const drawn = ({ width, height, strength }: EdgeMap) =>
  fromGrey(
    Uint8Array.from(strength, (value) => Math.round(255 * value)),
    width,
    height,
  );

/** `name.edges.png`; pictures of one name in several folders are numbered. */
function edgesName(file: string, names: Map<string, number>): string {
  const name = basename(file, extname(file));
  const times = (names.get(name) ?? 0) + 1;
  names.set(name, times);
  return `${name}${times === 1 ? '' : `-${times}`}.edges.png`;
}
