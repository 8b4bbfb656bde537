import type { Command } from 'commander';
import { type ModelProfile, profileModel } from '../../models/profile.js';
import { ARCHITECTURE_NAMES, buildArchitecture } from '../../models/registry.js';
import { textTable } from '../../report/text-table.js';
import { SppgpuError } from '../../runtime/errors.js';
import {
  type ArchitectureFlags,
  architectureName,
  architectureOptions,
  withArchitectureFlags,
} from '../architecture-flags.js';
import { asUsage } from '../errors.js';
import { GROUPS } from '../help.js';
import { wholeNumber } from '../options.js';
import { print, printJson, say } from '../output.js';

interface ModelsOptions extends ArchitectureFlags {
  readonly input?: number;
  readonly classes?: number;
  readonly json?: boolean;
}

/** `sppgpu models`: the networks, their layers, geometry and costs for an input size. Needs no device. */
export function addModels(program: Command): void {
  const command = program
    .command('models [name...]')
    .description('the networks: layers, parameters, FLOPs, maps and memory for an input size')
    .optionsGroup(GROUPS.common)
    .option('--input <pixels>', 'side of the input (default: what the net is trained on)', wholeNumber(1))
    .option('--classes <n>', 'outputs of the last layer', wholeNumber(1));
  withArchitectureFlags(command)
    .optionsGroup(GROUPS.machine)
    .option('--json', 'machine-readable output on stdout')
    .action(models);
}

function models(names: readonly string[], options: ModelsOptions): void {
  const profiles: ModelProfile[] = [];
  for (const name of names.length > 0 ? names : ARCHITECTURE_NAMES) {
    try {
      profiles.push(asUsage(() => profileOf(name, options)));
    } catch (error) {
      // In a list of all nets, one that does not take this input or option is not a reason to hide the others.
      if (names.length > 0 || !(error instanceof SppgpuError)) throw error;
      say(`left out: ${error.message}`);
    }
  }
  if (options.json) {
    printJson(profiles.map(summary));
    return;
  }
  if (names.length > 0) for (const profile of profiles) print(`${layerTable(profile)}\n\n`);
  print(`${overview(profiles)}\n`);
}

function profileOf(name: string, options: ModelsOptions): ModelProfile {
  // A fixed pool takes one size only: the net is built for the one asked about.
  const size = options.pyramid === 'none' && options.input !== undefined ? { inputSize: options.input } : {};
  const architecture = buildArchitecture(architectureName(name), { ...architectureOptions(options), ...size });
  return profileModel(architecture, options.input);
}

function summary({ name, parameters, flops, map, stride, receptiveField, centre, ...rest }: ModelProfile) {
  const { input, minimumInput: minimum, parameterBytes, activationBytes, peakBytes } = rest;
  return {
    name,
    parameters,
    flops,
    map: map[0],
    stride,
    receptiveField,
    centre,
    input: input[1],
    minimumInput: minimum,
    parameterBytes,
    activationBytes,
    peakBytes,
  };
}

const count = (value: number): string => value.toLocaleString('en');
const mebibytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1);

function layerTable({ name, input, layers }: ModelProfile): string {
  const rows = layers.map((layer) => [
    layer.name,
    layer.type,
    layer.output.join(' x '),
    layer.parameters === 0 ? '' : count(layer.parameters),
    layer.flops === 0 ? '' : (layer.flops / 1e6).toFixed(1),
    mebibytes(layer.activationBytes),
  ]);
  const header = ['layer', 'type', 'output', 'parameters', 'MFLOP', 'MiB'];
  return `${name}, input ${input.join(' x ')}\n\n${textTable(header, rows)}`;
}

function overview(profiles: readonly ModelProfile[]): string {
  const header = [
    ...['net', 'input', 'parameters', 'GFLOP', 'map', 'stride', 'field', 'centre', 'smallest input'],
    ...['weights MiB', 'training MiB', 'inference MiB'],
  ];
  const rows = profiles.map((profile) => [
    profile.name,
    String(profile.input[1]),
    count(profile.parameters),
    (profile.flops / 1e9).toFixed(2),
    profile.map.join(' x '),
    String(profile.stride),
    String(profile.receptiveField),
    String(profile.centre),
    String(profile.minimumInput),
    mebibytes(profile.parameterBytes),
    mebibytes(profile.activationBytes),
    mebibytes(profile.peakBytes),
  ]);
  return textTable(header, rows);
}
