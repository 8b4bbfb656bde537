import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { loadSafetensors, saveSafetensors } from '../../src/io/safetensors.node.js';
import { loadWeights } from '../../src/models/load-weights.node.js';
import { Network } from '../../src/models/network.js';
import { buildArchitecture } from '../../src/models/registry.js';
import { parameterSpecs } from '../../src/models/trace.js';
import { Generator } from '../../src/tensor/generator.js';
import { testDevice } from '../setup/device.js';

const folder = mkdtempSync(join(tmpdir(), 'sppgpu-weights-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Weights of a narrow SqueezeNet under Caffe's names; element i of a tensor is i / 256, which halves hold exactly up to 8. */
async function write(name: string, architecture: ReturnType<typeof buildArchitecture>, dtype: 'F16' | 'F32') {
  const path = join(folder, name);
  const tensors = parameterSpecs(architecture).map(({ name: full, shape }) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const caffe = full.replace(/^\w+\./, '').replace(/^(fire\d)\./, '$1/');
    return [caffe, { dtype, shape, data: Float32Array.from({ length: size }, (_, i) => (i % 1024) / 256) }] as const;
  });
  await saveSafetensors(path, tensors);
  return path;
}

it('loads halves by Caffe names, and lists what a file and a net do not share', async () => {
  const device = await testDevice();
  const options = { width: 0.25, classes: 7 };
  const path = await write('original.safetensors', buildArchitecture('squeezenet11', options), 'F16');
  const network = new Network(buildArchitecture('squeezenet11', { ...options, pyramid: [1, 2], hidden: 16 }), {
    device,
    generator: new Generator(1),
  });
  const match = await loadWeights(network, path);
  expect([...match.unused].sort()).toEqual(['conv10.bias', 'conv10.weight']);
  expect(match.missing.every((name) => name.startsWith('classifier.fc'))).toBe(true);
  expect(match.mismatched).toEqual([]);
  const state = network.stateDict();
  for (const { target } of match.matched) {
    const values = await state.get(target)!.data();
    expect(values[Math.min(5, values.length - 1)]).toBe(Math.min(5, values.length - 1) / 256);
  }
  expect(match.matched.some(({ source }) => source === 'fire9/expand3x3.weight')).toBe(true);
  network.dispose();
});

it('refuses weights that are not finite, and names the tensor', async () => {
  const device = await testDevice();
  const architecture = buildArchitecture('squeezenet11', { width: 0.25, classes: 7 });
  const path = await write('sound.safetensors', architecture, 'F32');
  const { tensors } = await loadSafetensors(path);
  const odd = join(folder, 'odd.safetensors');
  const network = new Network(architecture, { device, generator: new Generator(1) });
  for (const [dtype, value] of [
    ['F32', Number.NaN],
    ['F32', Number.NEGATIVE_INFINITY],
    ['F16', 70_000],
  ] as const) {
    const changed = [...tensors].map(([name, { shape, data }]) => {
      const values = Float32Array.from(data as Float32Array);
      if (name === 'fire3/expand1x1.weight') values[5] = value;
      return [name, { dtype, shape, data: values }] as const;
    });
    await saveSafetensors(odd, changed);
    await expect(loadWeights(network, odd)).rejects.toThrow(
      /odd\.safetensors: tensor "fire3\/expand1x1\.weight" is not finite: element 5 of \d+ is (NaN|-?Infinity); use a copy/,
    );
  }
  network.dispose();
});

it('reports tensors of another shape, and refuses a file of another net', async () => {
  const device = await testDevice();
  const path = await write('seven.safetensors', buildArchitecture('squeezenet11', { width: 0.25, classes: 7 }), 'F32');
  const network = new Network(buildArchitecture('squeezenet11', { width: 0.25, classes: 9 }), {
    device,
    generator: new Generator(1),
  });
  expect((await loadWeights(network, path)).mismatched.map(({ target }) => target)).toEqual([
    'classifier.conv10.weight',
    'classifier.conv10.bias',
  ]);
  network.dispose();
  const other = new Network(buildArchitecture('small'), { device, generator: new Generator(1) });
  const foreign = join(folder, 'foreign.safetensors');
  await saveSafetensors(foreign, [['x', { shape: [1], data: Float32Array.of(1) }]]);
  await expect(loadWeights(other, foreign)).rejects.toThrow('has no weights for small (it holds x)');
  writeFileSync(foreign, 'not safetensors');
  await expect(loadWeights(other, foreign)).rejects.toThrow('foreign.safetensors');
  other.dispose();
});
