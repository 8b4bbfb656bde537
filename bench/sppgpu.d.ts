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
export declare const kinds: Runner['kinds'];
