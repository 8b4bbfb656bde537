/** Misspelt options are refused everywhere: each public options record has its list of names, which the compiler completes. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { checkChoice, checkOptions, checkSetting, requireOptions } from '../../src/runtime/options.js';
import { filesBelow, root } from './repository.js';

/** Records that are not given by users of the package, or whose names other records check: with the reason. */
const OTHERS: Readonly<Record<string, string>> = {
  EvaluateOptions: 'handed on to classifyViews, which checks them',
  ProtocolOptions: 'handed on to the solver, which checks them',
  SessionOptions: 'put together by the recipe of a run from records of its own',
  TrainerOptions: 'put together by the recipe of a run from records of its own',
  PrefetchOptions: 'internal: the loader alone makes it',
  DetectionBenchOptions: 'put together by the command that measures detection',
  PlainFileOptions: 'internal: readers of files alone make it',
  ResolvedSvmOptions: 'what resolveSvmOptions returns',
};

test('every options record below the command line has its list of names', () => {
  const files = filesBelow('src', /\.ts$/).filter((file) => !/^src\/(cli|report|web|detect)\//.test(file));
  const code = files.map((file) => readFileSync(root + file, 'utf8')).join('\n');
  const records = [...code.matchAll(/^export (?:interface|type) (\w+Options)\b/gm)].map(([, name]) => name!);
  expect(records.length).toBeGreaterThan(40);
  const checked = (name: string) => new RegExp(`(OptionNames|checkOptions|requireOptions)<${name}>`).test(code);
  const missing = [...new Set(records)].filter((name) => !checked(name) && !(name in OTHERS));
  expect(missing).toEqual([]);
});

test('the nearest name is found across spellings and other libraries’ names', () => {
  const names = { lr: true, weightDecay: true, start: true, end: true, axis: true, keepdim: true, eps: true } as const;
  const nearest = (name: string) => {
    try {
      checkOptions<object>('f', { [name]: 1 }, names as never);
    } catch (error) {
      return /the nearest is (\w+)/.exec((error as Error).message)?.[1];
    }
    return null;
  };
  const pairs = {
    weight_decay: 'weightDecay',
    startAxis: 'start',
    dim: 'axis',
    keepDim: 'keepdim',
    keepdims: 'keepdim',
  };
  for (const [wrong, right] of Object.entries({ ...pairs, learning_rate: 'lr', epsilon: 'eps', lr: undefined })) {
    expect(nearest(wrong) ?? undefined, wrong).toBe(right);
  }
});

test('what is no record of options is named, and so are numbers out of range', () => {
  const names = { axis: true } as const;
  const given = (value: unknown) => () => checkOptions<{ axis?: number }>('f', value as never, names);
  expect(given(1)).toThrow('f: the options are 1; give an object with any of axis');
  expect(given('mean')).toThrow('f: the options are "mean"; give');
  expect(given([0])).toThrow('f: the options are a list of 1; give');
  expect(given(null)).toThrow('f: the options are null; give');
  expect(given({ dispose() {} })).toThrow('f: the options are a Object; give');
  expect(given(undefined)).not.toThrow();
  expect(given(Object.create(null))).not.toThrow();
  expect(() => requireOptions<{ axis?: number }>('f', undefined as never, names)).toThrow('f: the options are missing');
  expect(() => checkSetting('f', 'p', Number.NaN)).toThrow('f: p NaN is not usable; give a finite number');
  expect(() => checkSetting('f', 'p', '1' as never, { least: 0 })).toThrow(
    'f: p "1" is not usable; give a finite number from 0',
  );
  expect(() => checkSetting('f', 'n', 1.5, { least: 1, most: 2, integer: true })).toThrow(
    'a whole number from 1 up to 2',
  );
  expect(() => checkSetting('f', 'n', 2, { least: 1, most: 2, integer: true })).not.toThrow();
  expect(() => checkChoice('f', 'mode', 'c' as 'a', ['a', 'b'])).toThrow('f: mode "c" is not known; choose a or b');
});
