/** What a resumed run may change, and what it must not. */
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { type TrainOptions, withTrainOptions } from '../../src/cli/training/options.js';
import { resumedOptions, storedOptions } from '../../src/cli/training/resume.js';
import type { CheckpointInfo } from '../../src/models/checkpoint-info.js';
import type { Optimizer } from '../../src/optim/optimizer.js';
import { recipeSchedule } from '../../src/train/recipe.js';

function command(...args: string[]): Command {
  const parsed = withTrainOptions(new Command('train')).exitOverride();
  return parsed.parse(['--data', '/data', ...args], { from: 'user' });
}

/** The checkpoint of a run that was started with these flags and stands at a step of an epoch. */
function started(step: number, ...args: string[]): CheckpointInfo {
  const options = command(...args).opts<TrainOptions>();
  // As it comes out of a file.
  return JSON.parse(
    JSON.stringify({
      model: { name: 'zf5', options: {} },
      classes: ['a'],
      position: { epoch: 1, step, sums: { examples: 0, loss: 0 } },
      run: { arguments: storedOptions(options), data: { format: 'folder', train: 1, validation: 0, sha256: '' } },
    }),
  ) as CheckpointInfo;
}

const resumed = (info: CheckpointInfo, ...args: string[]) => resumedOptions(command(...args), info, 'x.safetensors');

describe('resumed options', () => {
  test('are those of the first run, under what may be typed anew', () => {
    const first = started(3, '--mean', '100', '--pca', '--seed', '7', '--workers', '3', '--json');
    expect(resumed(first, '--epochs', '9', '--lr', '0.5', '--momentum', '0', '--workers', '2')).toMatchObject({
      ...{ mean: 100, pca: true, seed: 7, epochs: 9, lr: 0.5, momentum: 0, workers: 2 },
    });
    expect(resumed(first).json).toBeUndefined();
  });

  test('what is typed as it was is no change', () => {
    const first = started(3, '--model', 'zf5', '--pyramid', '6,3,2,1', '--sizes', '224,180', '--mean', 'image');
    Object.assign(first.run.arguments as object, { pyramid: [6, 3, 2, 1] }); // as older checkpoints have it
    const again = ['--model', 'ZF-5', '--pyramid', '1,2,3,6', '--sizes', '224,180', '--mean', 'image'];
    expect(resumed(first, ...again, '--format', 'folder').sizes).toBe('224,180');
  });

  test.each([
    [['--seed', '2'], /^x\.safetensors: was trained with --seed 1, not 2; leave --seed out, or choose another --out$/],
    [['--val-share', '0.3'], /with --val-share 0\.1, not 0\.3/],
    [['--format', 'list'], /with --format auto, not list/],
    [['--mean', 'image'], /with --mean constant, not image/],
    [['--weights', '/w'], /with --weights \(not given\), not \/w/],
    [['--pca'], /was trained without --pca/],
    [['--no-flip'], /was trained without --no-flip/],
    [['--width', '0.5'], /with --width \(not given\), not 0\.5/],
    [['--optimizer', 'adamw'], /with --optimizer sgd, not adamw/],
    [['--label-smoothing', '0.1'], /with --label-smoothing \(not given\), not 0\.1/],
    [['--one-cycle'], /with --one-cycle \(not given\), not 0\.3/],
  ])('%j would make it another run', (args, message) => {
    expect(() => resumed(started(3), ...args)).toThrow(message);
  });

  test('another batch size: from the start of an epoch only', () => {
    expect(() => resumed(started(3), '--batch-size', '64')).toThrow(
      /with --batch-size 128, not 64; it stands within an epoch, so leave --batch-size out until the next one/,
    );
    expect(resumed(started(0), '--batch-size', '64').batchSize).toBe(64);
  });

  test('another rule for the rate', () => {
    expect(() => resumed(started(0, '--plateau', '5'), '--lr-steps', '3')).toThrow(
      /lowers its rate by --plateau; leave/,
    );
    expect(() => resumed(started(0, '--lr-steps', '3'), '--plateau', '5')).toThrow(/lowers its rate by --lr-steps/);
    expect(resumed(started(0, '--plateau', '5'), '--plateau', '2').plateau).toBe(2);
    expect(() => resumed(started(0, '--one-cycle'), '--lr-steps', '3')).toThrow(
      /lowers its rate by --one-cycle; leave/,
    );
    expect(() => resumed(started(0, '--one-cycle'), '--one-cycle', '0.1')).toThrow(/with --one-cycle 0\.3, not 0\.1/);
    expect(resumed(started(0, '--one-cycle'), '--lr', '0.02')).toMatchObject({ oneCycle: 0.3, lr: 0.02 });
  });
});

test('the plateau rule goes on from a rate that was typed, else from the one it had reached', () => {
  const options = command('--plateau', '5').opts<TrainOptions>();
  const rateAfter = (newRate?: number): number => {
    const optimizer = { lr: 0.01 } as Optimizer;
    const { schedule, scheduleBy } = recipeSchedule(options, 10, newRate);
    expect(scheduleBy).toBe('epoch');
    schedule(optimizer).loadStateDict({ best: 1, waited: 2, lr: 0.0001 });
    return optimizer.lr;
  };
  expect(rateAfter()).toBe(0.0001);
  expect(rateAfter(0.001)).toBe(0.001);
});
