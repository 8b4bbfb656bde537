/** Pages of kernels: of a family, and of what bench/gpu.sh collected. */
import { expect, test } from 'vitest';
import { convLadder, convNotes } from '../../src/ops/conv/ladder.js';
import { collectedReport } from '../../src/report/collected-report.js';
import { kernelReport } from '../../src/report/kernel-report.js';

test('a family has a section for each rung, with its shader escaped, what it lost, and its time or why there is none', () => {
  const time = { ok: true, chosen: true, ms: 1.5, gflops: 20, gbps: 3, shareOfLimit: 0.4, bound: 'arithmetic' };
  const rungs = convLadder.rungs.map((row) => ({
    ...row,
    ...convNotes[row.rung],
    chooseWhen: convNotes[row.rung].chosenFor,
    ...(row.rung === 'direct' && { time }),
    ...(row.rung === 'im2col' && { time: { ...time, ok: false, chosen: false } }),
  }));
  const html = kernelReport({
    family: 'conv2d',
    work: 'conv_8x64',
    rungs,
    limits: { gbps: 10, gflops: 50 },
    run: { command: 'sppgpu kernels conv2d', adapter: 'an adapter' },
  });
  for (const { rung, kernels } of convLadder.rungs) {
    const { lost } = convNotes[rung];
    expect(html).toContain(`<h2>${rung}</h2>`);
    const [first] = kernels[0]!.code.split('\n');
    expect(html).toContain(first!.replaceAll('<', '&lt;'));
    if (lost) expect(html).toContain(`Lost: ${lost}.`);
  }
  expect(html).toContain('(here direct)');
  expect(html).toMatch(/direct \(chosen\)<\/th><td class="number">1\.5<\/td>.*40\.0\u00a0% of arithmetic/);
  expect(html).toMatch(/im2col<\/th><td class="number">wrong/);
  expect(html).toContain('not for this adapter or work');
  expect(html).not.toContain('array<vec4f>');
});

test('what was collected: a table for each part, and how the others ended', () => {
  const html = collectedReport(
    [
      { name: 'selftest', status: 0, seconds: 3, records: [{ ok: true, rows: [{ op: 'relu', forward: 1e-7 }] }] },
      { name: 'nets', status: 124, seconds: 90, records: [{ model: 'zf5', ms: 12.5 }], lastLine: 'zf5, 32: <12> ms' },
      { name: 'torch', status: 1, seconds: 0, records: [], lastLine: 'no CUDA' },
    ],
    'a card',
  );
  expect(html).toContain('not well ended: nets, torch.');
  expect(html).toContain('ran out of time: zf5, 32: &lt;12&gt; ms');
  expect(html).toContain('exit status 1: no CUDA');
  expect(html).toMatch(/<th scope="row">relu<\/th>/);
  expect(html).toMatch(/<th scope="row">zf5<\/th><td class="text">12\.5<\/td>/);
});
