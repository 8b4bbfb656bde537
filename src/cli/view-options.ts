import { type Command, InvalidArgumentError } from 'commander';
import { modelProtocol, VIEW_PROTOCOLS, type ViewProtocol } from '../classify/views.js';
import type { ArchitectureInput } from '../models/architecture.js';
import { GROUPS } from './help.js';

/** How a command looks at each picture. */
export interface ViewFlags {
  readonly views: readonly string[];
  readonly scales?: readonly number[];
  readonly crops?: boolean;
}

export function withViewFlags(command: Command, views: string): Command {
  return command
    .optionsGroup(GROUPS.views)
    .option('--views <list>', `protocols, comma-separated: ${Object.keys(VIEW_PROTOCOLS).join(', ')}`, protocols, [
      views,
    ])
    .option('--scales <list>', 'shorter sides to look at, instead of those of the protocol', lengths)
    .option('--crops', 'cut every view from the picture instead of pooling windows on the feature map');
}

/** The protocol of one name for a net, perhaps with other scales. */
export function protocolOf(name: string, { scales }: ViewFlags, input: ArchitectureInput): ViewProtocol {
  const protocol = modelProtocol(name, input);
  if (!scales) return protocol;
  return protocol.scales.length > 0 ? { ...protocol, scales } : { ...protocol, fullScale: scales[0]! };
}

/** An option parser for lists of pixel lengths: `224,256`. */
export function lengths(text: string): number[] {
  const values = text.split(',').map(Number);
  if (!values.every((value) => Number.isInteger(value) && value >= 1)) {
    throw new InvalidArgumentError('give whole numbers of pixels such as 224,256.');
  }
  return values;
}

function protocols(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(VIEW_PROTOCOLS, name));
  if (unknown !== undefined) {
    throw new InvalidArgumentError(`there is no ${unknown}; choose from ${Object.keys(VIEW_PROTOCOLS).join(', ')}.`);
  }
  return names;
}
