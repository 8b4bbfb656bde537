import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pngBytes } from '../../src/report/png.js';
import { SCENE_CLASSES, scene } from './scenes.js';

/** Writes scenes in VOC's layout, with the lists `train` and `test`. Returns the folder. */
export function writeScenes(folder: string, train: number, test: number): string {
  for (const name of ['Annotations', 'ImageSets/Main', 'JPEGImages'])
    mkdirSync(join(folder, name), { recursive: true });
  const ids = Array.from({ length: train + test }, (_, i) => `scene${i}`);
  for (const [i, id] of ids.entries()) {
    const { picture, objects } = scene(i + 1);
    writeFileSync(join(folder, 'JPEGImages', `${id}.png`), pngBytes(picture));
    const parts = objects.map(({ label, box }) =>
      objectXml(SCENE_CLASSES[label]!, [box.x0 + 1, box.y0 + 1, box.x1, box.y1]),
    );
    writeFileSync(join(folder, 'Annotations', `${id}.xml`), `<annotation>${parts.join('')}</annotation>`);
  }
  const lists = { train: ids.slice(0, train), test: ids.slice(train) };
  for (const [name, list] of Object.entries(lists)) {
    writeFileSync(join(folder, 'ImageSets', 'Main', `${name}.txt`), list.map((id) => `${id}\n`).join(''));
  }
  return folder;
}

/** @param box xmin, ymin, xmax, ymax as VOC counts */
export function objectXml(name: string, [xmin, ymin, xmax, ymax]: readonly number[]): string {
  return `<object><name>${name}</name><bndbox><xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax></bndbox></object>`;
}
