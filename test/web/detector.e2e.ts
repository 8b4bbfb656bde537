/** A detector that `sppgpu detect train` made, in the page: the boxes and scores of Node, and the same file again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { decodeImage } from '../../src/data/decode.js';
import type { Detection } from '../../src/detect/detection.js';
import { openDetector } from '../../src/detect/open-detector.node.js';
import { type MethodOptions, proposalMethod } from '../../src/detect/proposals/methods.js';
import { serializeSafetensors } from '../../src/io/safetensors.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { Generator } from '../../src/tensor/generator.js';
import { inProcess } from '../cli/in-process.js';
import { jpegBytes } from '../data/pictures.js';
import { scene } from '../detect/scenes.js';
import { writeScenes } from '../detect/voc-folder.js';
import { tempFolder } from '../io/temp-folder.js';
import { testDevice } from '../setup/device.js';
import { fileOf } from './nets.js';
import { closeContexts, downloaded, dropFiles, openSite } from './pages.js';

afterAll(closeContexts);

/** Weights of convolutions that nothing has trained: enough for discs and bars. */
async function weightsFile(folder: string): Promise<string> {
  const network = new Network(buildArchitecture('small'), { device: await testDevice(), generator: new Generator(9) });
  const state = await Promise.all(
    [...network.stateDict()].map(async ([name, tensor]) => {
      const data = (await tensor.data()) as Float32Array<ArrayBuffer>;
      return [name, { shape: [...tensor.shape], data }] as const;
    }),
  );
  network.dispose();
  const file = join(folder, 'small.safetensors');
  writeFileSync(file, serializeSafetensors(state));
  return file;
}

test('a detector of detect train finds in the page what it finds in Node, in a JPEG too, and leaves it as it came', async () => {
  const folder = tempFolder();
  const run = join(folder, 'run');
  const weights = await weightsFile(folder);
  const trained = await inProcess([
    ...['detect', 'train', '--voc', writeScenes(join(folder, 'voc'), 6, 0), '--run', run],
    ...['--backbone', 'small', '--weights', weights, '--scales', '96', '--steps', '10', '--c', '0.01'],
  ]);
  expect(trained.code, trained.stderr).toBe(0);
  const file = join(run, 'detector.safetensors');

  const side = 64;
  const { data } = scene(40, side).picture;
  const jpeg = jpegBytes(side, side, (x, y) => {
    const [r, g, b] = data.subarray(3 * (y * side + x));
    return [r!, g!, b!];
  });
  const detector = await openDetector(file, await testDevice());
  const { method, ...options } = detector.parts.proposals;
  const { detections } = await detector.detect(
    await decodeImage(jpeg, 'scene.jpg'),
    (picture) => proposalMethod(method)!.propose(picture, options as MethodOptions).boxes,
    { minScore: -1, nms: 0.3 },
  );
  const { classes } = detector;
  detector.dispose();
  expect(new Set(detections.map(({ label }) => label)).size).toBe(2);

  const page = await openSite('teach');
  await dropFiles(page, 'main', [fileOf('node.safetensors', readFileSync(file))]);
  await page.getByRole('status').getByText('node.safetensors: finds bar, disc; looks with').waitFor();
  await dropFiles(page, '[aria-labelledby=find-title]', [fileOf('scene.jpg', jpeg, 'image/jpeg')]);
  await page.getByLabel('Score above').fill('-1');
  await page.getByRole('img', { name: /^scene\.jpg: / }).waitFor();
  const found = await page.getByTestId('detection').evaluateAll((elements) =>
    elements.map((element) => {
      const { left, top, width, height } = (element as HTMLElement).style;
      const words = element.textContent!.trim().split(' ');
      return {
        name: words[0]!,
        score: Number(words.at(-1)),
        percent: [left, top, width, height].map(Number.parseFloat),
      };
    }),
  );
  // Where the best of two boxes that overlap wins by less than adapters differ by, the other may stay: none of these do.
  const there = detections.map(({ label, score, box }: Detection) => ({ name: classes[label]!, score, box }));
  expect(found.map(({ name }) => name)).toEqual(there.map(({ name }) => name));
  for (const [i, { score, percent }] of found.entries()) {
    const { box } = there[i]!;
    expect(Math.abs(score - there[i]!.score), `score ${i}`).toBeLessThan(0.005 + 0.002); // two decimals are shown
    const wanted = [box.x0, box.y0, box.x1 - box.x0, box.y1 - box.y0].map((length) => (100 * length) / side);
    for (const [j, value] of percent.entries()) expect(Math.abs(value - wanted[j]!), `box ${i}`).toBeLessThan(0.05);
  }

  const again = await downloaded(page, () => page.getByRole('button', { name: 'Download it' }).click());
  expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
});
