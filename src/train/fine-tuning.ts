import { type ParameterGroup, paperGroups } from '../optim/optimizer.js';
import { SppgpuError } from '../runtime/errors.js';
import type { Tensor } from '../tensor/tensor.js';

/**
 * How the parts of a network learn. A part is one or more whole words of a state-dict name: `features` is all convolutions,
 * `conv1` (or `features.conv1`) one of them, `classifier` the layers behind the maps.
 */
export interface FineTuning {
  /** Parts that keep the weights they start with: no gradient is computed for them, and none behind them. */
  readonly freeze?: readonly string[];
  /** Factors of the learning rate by part; the longest name that fits counts, and 1 where none does. */
  readonly rates?: Readonly<Record<string, number>>;
  /** Batch normalisation goes by the statistics it starts with everywhere; in frozen parts it always does. */
  readonly freezeStatistics?: boolean;
}

const isIn = (part: string, name: string): boolean => `.${name}.`.includes(`.${part}.`);

/**
 * Names of the parameters that stay as they are.
 * @param names all parameters, by state-dict name
 * @throws SppgpuError for a part without parameters, and where nothing is left to train
 */
export function frozenNames(names: readonly string[], { freeze = [] }: FineTuning): string[] {
  for (const part of freeze) checkPart(part, names);
  const frozen = names.filter((name) => freeze.some((part) => isIn(part, name)));
  if (frozen.length > 0 && frozen.length === names.length) {
    throw new SppgpuError(`freeze: ${freeze.join(', ')} is the whole network; leave a part of it to train`);
  }
  return frozen;
}

/** @throws SppgpuError for a part without parameters, or a factor below 0 */
export function checkRates(names: readonly string[], { rates = {} }: FineTuning): void {
  for (const [part, factor] of Object.entries(rates)) {
    checkPart(part, names);
    if (factor >= 0 && Number.isFinite(factor)) continue;
    throw new SppgpuError(`rates: the factor of ${part} is ${factor}; give a number >= 0`);
  }
}

function checkPart(part: string, names: readonly string[]): void {
  if (names.some((name) => isIn(part, name))) return;
  const parts = [...new Set(names.flatMap((name) => name.split('.').slice(0, 2)))];
  throw new SppgpuError(`fine-tuning: the network has no part ${part}; there are ${parts.join(', ')}`);
}

/**
 * Freezes parts of a network, and gives the others in the groups of the paper's nets, each with its part's rate. Parameters
 * are numbered as in `paperGroups` whatever the rates are, so that an optimizer's state outlives a change of them.
 * @param parameters all parameters by state-dict name
 * @throws SppgpuError as `frozenNames` and `checkRates`
 */
export function fineTuningGroups(parameters: ReadonlyMap<string, Tensor>, tuning: FineTuning): ParameterGroup[] {
  const names = [...parameters.keys()];
  checkRates(names, tuning);
  const frozen = new Set(frozenNames(names, tuning));
  for (const [name, parameter] of parameters) if (frozen.has(name)) parameter.requiresGrad = false;
  const trained = new Map([...parameters].filter(([name]) => !frozen.has(name)));
  const factors = new Map([...trained].map(([name, parameter]) => [parameter, factorOf(name, tuning)]));
  return paperGroups(trained).flatMap((group) => splitByFactor(group, (parameter) => factors.get(parameter)!));
}

function factorOf(name: string, { rates = {} }: FineTuning): number {
  const part = Object.keys(rates)
    .filter((one) => isIn(one, name))
    .reduce((longest, one) => (one.length > longest.length ? one : longest), '');
  return rates[part] ?? 1;
}

/** Runs of parameters of one factor, in the order of the group. */
function splitByFactor(group: ParameterGroup, factorOf: (parameter: Tensor) => number): ParameterGroup[] {
  const runs: { params: Tensor[]; factor: number }[] = [];
  for (const parameter of group.params) {
    const factor = factorOf(parameter);
    const run = runs.at(-1);
    if (run?.factor === factor) run.params.push(parameter);
    else runs.push({ params: [parameter], factor });
  }
  return runs.map(({ params, factor }) => ({
    ...group,
    params,
    lrMultiplier: (group.lrMultiplier ?? 1) * factor,
  }));
}
