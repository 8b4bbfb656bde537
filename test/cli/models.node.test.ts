import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { inProcess } from './in-process.js';
import { expectRefusal, sppgpu } from './run.js';

describe('models', () => {
  test('--json: the documented fields, at any input size, the same from any folder', async () => {
    const { code, stdout } = await sppgpu(['models', '--json', '--input', '180'], { cwd: tmpdir() });
    expect(code).toBe(0);
    const nets = JSON.parse(stdout) as Record<string, unknown>[];
    const zf5 = nets.find(({ name }) => name === 'zf5')!;
    expect(zf5).toMatchObject({ map: 10, stride: 16, receptiveField: 139 });
    for (const field of ['parameters', 'flops', 'centre']) expect(zf5[field]).toBeGreaterThan(0);
    expect(nets.map(({ name }) => name)).toEqual([
      'zf5',
      'convnet5',
      'overfeat5',
      'overfeat7',
      'squeezenet11',
      'squeezenet1_1',
      'alexnet',
      'vgg16',
      'resnet18',
      'resnet34',
      'resnet50',
      'mobilenetv2',
      'small',
      'digits',
    ]);
  });

  test('layers of one net; an unknown one; an input too small', async () => {
    const { stdout } = await sppgpu(['models', 'ZF-5', '--pyramid', '4,3,2,1']);
    expect(stdout).toMatch(/fc6 +fc +4096 +31,461,376/);
    expectRefusal(await inProcess(['models', 'zf9']), /unknown model "zf9"; there are zf5/, 2);
    expectRefusal(await inProcess(['models', 'zf5', '--input', '20']), /both sides must have at least 31/, 2);
  });
});
