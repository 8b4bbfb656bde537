/** The half of the demo that detects, with fewer scenes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detectScenes } from '../../src/cli/demo/detect-scenes.js';
import { Interrupted } from '../../src/cli/errors.js';
import { openDetector } from '../../src/detect/open-detector.node.js';
import { tempFolder } from '../io/temp-folder.js';
import { expectSelfContained } from '../report/support.js';
import { testDevice } from '../setup/device.js';

const counts = { crops: 40, train: 16, test: 5 };

test('finds digits of scenes that it has not seen, and keeps its detector and a report', async () => {
  const device = await testDevice();
  const out = tempFolder();
  const run = { device, out, seed: 1, resume: false, signal: new AbortController().signal };
  const { judgement, report } = await detectScenes(run, counts);
  // By chance it would be below 0.01.
  expect(judgement.evaluation.map11).toBeGreaterThan(0.4);
  expect(judgement.evaluation.images).toBe(5);
  expect(readdirSync(out).sort()).toEqual([
    'crops.jsonl',
    'crops.safetensors',
    'detection.html',
    'detector.safetensors',
  ]);
  expect(report).toBe(join(out, 'detection.html'));
  const page = expectSelfContained(readFileSync(report, 'utf8'));
  expect(page.querySelectorAll('.multiples .wide').length).toBe(5);
  const detector = await openDetector(join(out, 'detector.safetensors'), device);
  expect(detector.classes).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  detector.dispose();
}, 600_000);

test('stops on a signal with what it has saved', async () => {
  const ended = new AbortController();
  ended.abort(new Error('enough'));
  const run = { device: await testDevice(), out: tempFolder(), seed: 1, resume: false, signal: ended.signal };
  await expect(detectScenes(run, counts)).rejects.toThrow(Interrupted);
});
