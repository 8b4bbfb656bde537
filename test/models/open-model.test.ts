/** Training, checkpoint, export and opening again, without anything of Node: the same in pages. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  buildArchitecture,
  type Checkpoint,
  captureCheckpoint,
  type Device,
  datasetOf,
  decodeCheckpoint,
  encodeCheckpoint,
  FileError,
  Generator,
  ImageLoader,
  Network,
  noGrad,
  type OpenModel,
  openModel,
  optim,
  type ParameterMatch,
  preparePictures,
  restoreCheckpoint,
  scope,
  serializeSafetensors,
  singleLabel,
  Trainer,
  warpView,
} from '../../src/index.js';
import { exportMetadata, modelDescription } from '../../src/models/checkpoint-info.js';
import { Rng } from '../../src/tensor/rng.js';
import { openTestDevice } from '../setup/device.js';

const CLASSES = ['red', 'green'];
const settings = { classes: 2, inputSize: 24, width: 0.5, pyramid: [1, 2], hidden: 16 };
const architecture = buildArchitecture('small', settings);

/** Noise, with more red or more green in it. */
const pictures = datasetOf(
  'tinted noise',
  CLASSES,
  Array.from({ length: 16 }, (_, i) => ({ id: `${i}`, label: i % 2 })),
  (index) => {
    const rng = new Rng(3, [index, 0, 0]);
    const tint = (i: number) => (i % 3 === index % 2 ? 90 : 0);
    return { width: 26, height: 24, data: Uint8Array.from({ length: 1872 }, (_, i) => rng.int(160) + tint(i)) };
  },
);

let device: Device;
let checkpoint: Checkpoint;
let file: Uint8Array<ArrayBuffer>;
/** Logits of the trained network. */
let expected: number[];

/** What a run is made of. */
function parts() {
  const generator = new Generator(1);
  const network = new Network(architecture, { device, generator });
  const optimizer = new optim.SGD(network.parameters(), { lr: 0.05, momentum: 0.9 });
  return { network, optimizer, schedule: new optim.ConstantLR(optimizer), generator };
}

async function batch() {
  const items = await Promise.all([0, 1, 2, 3].map((i) => pictures.item(i)));
  return preparePictures(
    device,
    items.map(({ image }) => image),
    items.map(({ image }) => warpView(image.width, image.height, 24)),
    architecture.input,
  );
}

async function logits(network: Network): Promise<number[]> {
  const x = await batch();
  network.eval();
  const y = noGrad(() => scope(() => network.forward(x)));
  const values = Array.from(await y.data());
  x.dispose();
  y.dispose();
  return values;
}

beforeAll(async () => {
  device = await openTestDevice();
  const run = parts();
  const losses: number[] = [];
  const trainer = new Trainer({
    ...run,
    loader: new ImageLoader(pictures, { batchSize: 4, seed: 1 }),
    sizes: { kind: 'single', size: 24 },
    seed: 1,
    objective: singleLabel,
    prepare: (items, size) =>
      preparePictures(
        device,
        items.map(({ image }) => image),
        items.map(({ image }) => warpView(image.width, image.height, size)),
        architecture.input,
      ),
    onEpoch: ({ loss }) => void losses.push(loss),
  });
  expect(await trainer.run(3)).toBe(true);
  expect(losses[2]).toBeLessThan(losses[0]!);
  const about = { classes: CLASSES, position: trainer.state, run: { preparation: { mean: 100 } } };
  checkpoint = await captureCheckpoint(run, about);
  file = (await encodeCheckpoint(checkpoint)) as Uint8Array<ArrayBuffer>;
  expected = await logits(run.network);
  run.network.dispose();
  run.optimizer.dispose();
}, 120_000);
afterAll(() => device?.dispose());

async function expectOpened({ network, classes, labels, preparation }: OpenModel, known = true): Promise<void> {
  expect(await logits(network)).toEqual(expected);
  expect([classes, labels, preparation]).toEqual(known ? [CLASSES, 'single', { mean: 100 }] : [null, 'single', {}]);
  network.dispose();
}

/** The weights alone, as other programs have them. */
const bare = () =>
  [...checkpoint.tensors].flatMap(([name, tensor]) =>
    name.startsWith('model.') ? [[name.slice(6), tensor] as const] : [],
  );

test('a checkpoint opens from bytes, a Blob, a File, a Response and a URL, to the same logits', async () => {
  await expectOpened(await openModel(file, device));
  await expectOpened(await openModel(file.slice().buffer, device));
  await expectOpened(await openModel(new Blob([file]), device));
  await expectOpened(await openModel(new File([file], 'net.safetensors'), device));
  await expectOpened(await openModel(new Response(file), device));
  const url = URL.createObjectURL(new Blob([file]));
  await expectOpened(await openModel(new URL(url), device));
  await expectOpened(
    await openModel(url, device, { architecture: 'small', options: { ...settings, pyramid: [2, 1] } }),
  );
  URL.revokeObjectURL(url);
});

test('an export opens, and bare weights whose net is named', async () => {
  const description = modelDescription(checkpoint.metadata.sppgpu!, 'test');
  await expectOpened(await openModel(serializeSafetensors(bare(), exportMetadata(description)), device));
  const weights = serializeSafetensors(bare());
  await expectOpened(await openModel(weights, device, { architecture: 'small', options: settings }), false);
  const named = await openModel(weights, device, { architecture: 'small', options: settings, classes: ['a', 'b'] });
  expect(named.classes).toEqual(['a', 'b']);
  named.network.dispose();
});

test('part of the weights opens for the feature layers that need no others', async () => {
  const convolutions = serializeSafetensors(bare().filter(([name]) => name.startsWith('features.')));
  const named = { architecture: 'small', options: settings };
  const found: (readonly string[])[] = [];
  const onMatch = ({ matched, missing }: ParameterMatch) =>
    void found.push(
      matched.map(({ target }) => target),
      missing,
    );
  const opened = await openModel(convolutions, device, { ...named, layers: ['spp'], onMatch });
  opened.network.dispose();
  expect(found[0]!.every((name) => name.startsWith('features.'))).toBe(true);
  expect(found[1]!.every((name) => name.startsWith('classifier.'))).toBe(true);
  expect([found[0]!.length, found[1]!.length].every((count) => count > 0)).toBe(true);
  await expect(openModel(convolutions, device, named)).rejects.toThrow('lacks');
});

test('a checkpoint as bytes puts a run back', async () => {
  const run = parts();
  const info = await restoreCheckpoint(run, await decodeCheckpoint(file), 'bytes');
  expect(info.position.epoch).toBe(3);
  expect(await logits(run.network)).toEqual(expected);
  const again = await captureCheckpoint(run, { classes: CLASSES, position: info.position, run: info.run });
  expect(await encodeCheckpoint(again)).toEqual(file);
  run.network.dispose();
  run.optimizer.dispose();
});

test('what cannot be opened is said in one line, and leaves nothing on the device', async () => {
  const before = device.statistics.pool.liveBytes;
  const weights = serializeSafetensors(bare());
  const lacking = serializeSafetensors(bare().slice(1));
  const named = { architecture: 'small', options: settings };
  const refusals: [source: Parameters<typeof openModel>[0], options: object, problem: string][] = [
    [new Uint8Array(20), {}, 'model data'],
    [new File([file.slice(0, 1000)], 'cut.safetensors'), {}, 'cut.safetensors'],
    [new Response(null, { status: 404, statusText: 'Not Found' }), {}, 'was answered with 404 Not Found'],
    [weights, {}, 'does not say which net it belongs to'],
    [weights, { architecture: 'zf5' }, 'has no weights for zf5'],
    [lacking, named, 'lacks 1 weights (features.conv1.weight)'],
    [file, { architecture: 'zf5' }, 'holds small, not zf5'],
    [file, { options: { hidden: 17 } }, 'holds small with hidden 16, not 17'],
    [await encodeCheckpoint({ ...checkpoint, metadata: { ...checkpoint.metadata, sppgpu: '{}' } }), {}, 'is damaged'],
    [
      await encodeCheckpoint({ ...checkpoint, metadata: { format: 'sppgpu-later-9', sppgpu: '{}' } }),
      {},
      'sppgpu-later-9',
    ],
  ];
  for (const [source, options, problem] of refusals) {
    const error = await openModel(source, device, options).catch((refusal: unknown) => refusal);
    expect(error, problem).toBeInstanceOf(FileError);
    expect((error as Error).message).toContain(problem);
    expect((error as Error).message).not.toContain('\n');
  }
  await expect(openModel(weights, device, { ...named, classes: ['one'] })).rejects.toThrow('1 names for the 2 classes');
  await expect(openModel(weights, device, { architecture: 'vgg99' })).rejects.toThrow('unknown model');
  await expect(openModel(weights, device, { architectur: 'small' } as never)).rejects.toThrow('architecture');
  expect(device.statistics.pool.liveBytes).toBe(before);
});
