/** sppgpu as a runner of the shared cases, written as its own guide teaches: scopes, fused ops, `backward(dy)`. */
import * as sg from '../src/node.js';
import type { Runner } from './harness.mjs';
export declare const library = 'sppgpu';
export declare function setup({ adapter }: { adapter?: string }): Promise<{
  adapter: string;
  software: boolean;
}>;
/** Runs on a device that is open already. */
export declare function useDevice(opened: sg.Device): void;
/** Asks the ops of the next instances for a rung, by the attributes that its ladder gives; none: the op's own choice. */
export declare function askFor(attributes?: Readonly<Record<string, unknown>>): void;
export declare const kinds: Runner['kinds'];
