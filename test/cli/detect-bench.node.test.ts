/** `detect bench`: the table is there, and its ratios are those of its seconds. */
import { expect, test } from 'vitest';
import { inProcess } from './in-process.js';
import { expectRefusal, jsonLines, sppgpu } from './run.js';

const SMALL = ['detect', 'bench', '--model', 'small', '--pictures', '1', '--windows', '40', '--classes', '3'];

interface Line {
  readonly spp1: Readonly<Record<string, number>>;
  readonly spp5: Readonly<Record<string, number>>;
  readonly rcnn: Readonly<Record<string, number>>;
  readonly ratios: Readonly<Record<string, number>>;
}

test('--json: seconds of every stage, their sum without the proposals, and ratios', async () => {
  const { code, stdout } = await sppgpu([...SMALL, '--rcnn-windows', '8', '--json']);
  expect(code).toBe(0);
  const [line] = jsonLines(stdout) as [Line];
  expect(line).toMatchObject({
    model: 'small',
    layer: 'fc4',
    windows: 40,
    rcnnWindows: 8,
    extrapolated: true,
    images: 1,
  });
  for (const seconds of [line.spp1, line.spp5, line.rcnn]) {
    expect(Object.keys(seconds)).toEqual(['proposals', 'conv', 'pool', 'fc', 'svm', 'nms', 'total']);
    const { proposals, total, ...rest } = seconds;
    expect(proposals).toBeGreaterThan(0);
    for (const value of Object.values(rest)) expect(value).toBeGreaterThan(0);
    expect(total).toBeCloseTo(
      Object.values(rest).reduce((sum, value) => sum + value, 0),
      3,
    );
  }
  expect(line.spp1.proposals).toBe(line.rcnn.proposals);
  const { conv1, conv5, total1, total5 } = line.ratios;
  expect(conv1! / (line.rcnn.conv! / line.spp1.conv!)).toBeCloseTo(1, 2);
  expect(conv5! / (line.rcnn.conv! / line.spp5.conv!)).toBeCloseTo(1, 2);
  expect(total1! / (line.rcnn.total! / line.spp1.total!)).toBeCloseTo(1, 2);
  expect(total5! / (line.rcnn.total! / line.spp5.total!)).toBeCloseTo(1, 2);
});

test('for people: what is extrapolated is said, the paper stands beside', async () => {
  const { stdout } = await sppgpu([...SMALL, '--rcnn-windows', '40']);
  expect(stdout).toMatch(/^conv +\S+ +\S+ +\S+ +0\.053 +0\.293 +8\.96$/m);
  expect(stdout).toMatch(/40 windows per picture; R-CNN on all of them$/m);
  expectRefusal(await inProcess(['detect', 'bench', '--model', 'nothing']), /unknown model "nothing"/, 2);
});
