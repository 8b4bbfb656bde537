import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ModelOptions, PaddingVariant, Pyramid } from '../models/architecture.js';
import { ARCHITECTURE_NAMES } from '../models/registry.js';
import { GROUPS } from './help.js';

/** Options that change an architecture, as flags write them. */
export interface ArchitectureFlags {
  readonly width?: number;
  readonly pyramid?: Pyramid;
  readonly padding?: PaddingVariant;
  readonly inputSize?: number;
}

export function withArchitectureFlags(command: Command): Command {
  return command
    .optionsGroup(GROUPS.network)
    .option('--width <factor>', 'multiplies every channel count', positive)
    .option('--pyramid <levels>', 'bins per side of each level such as 6,3,2,1; or none, or original', pyramid)
    .addOption(new Option('--padding <variant>', 'padding of ZF-5').choices(['A', 'B', 'half']));
}

const OPTION_NAMES = [
  'width',
  'pyramid',
  'padding',
  'inputSize',
  'classes',
  'hidden',
  'inputChannels',
  'normalisation',
  'init',
  'dropout',
] as const satisfies readonly (keyof ModelOptions)[];

/** The flags that are set, as options of an architecture. */
export function architectureOptions(flags: ArchitectureFlags & ModelOptions): ModelOptions {
  const set = OPTION_NAMES.filter((name) => flags[name] !== undefined);
  return Object.fromEntries(set.map((name) => [name, flags[name]]));
}

/** `ZF-5`, `squeezenet1.1` and `SqueezeNet` as people write them. */
export function architectureName(text: string): string {
  const lower = text.toLowerCase();
  const name = lower.replace(/[^a-z0-9]/gu, '');
  return (
    // As it is first: squeezenet1_1 is another net than squeezenet11.
    ARCHITECTURE_NAMES.find((known) => known === lower) ??
    ARCHITECTURE_NAMES.find((known) => known === name) ??
    ARCHITECTURE_NAMES.find((known) => name !== '' && known.startsWith(name)) ??
    text
  );
}

/** An option parser for numbers above 0. */
function positive(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('give a number above 0.');
  return value;
}

/** An option parser for pyramids: `6,3,2,1`, `none`, `original`; levels in ascending order, as nets store them. */
function pyramid(text: string): Pyramid {
  if (text === 'none' || text === 'original') return text;
  const levels = text.split(',').map(Number);
  if (!levels.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new InvalidArgumentError('give levels such as 6,3,2,1, or none, or original.');
  }
  return levels.sort((a, b) => a - b);
}
