import { printable } from './quote.js';

/**
 * Every error this library throws on purpose. The message is one line: the thing, the value, the way out. Whatever of it
 * came from a file, it has no control characters.
 */
export class SppgpuError extends Error {
  override name = 'SppgpuError';
  constructor(message: string) {
    super(printable(message));
  }
}

/** Shapes, axes or sizes that do not fit together. */
export class ShapeError extends SppgpuError {
  override name = 'ShapeError';
}

/** An element type that the op does not take. */
export class DTypeError extends SppgpuError {
  override name = 'DTypeError';
}

/** A backward pass that cannot run (no graph, or one that was used or changed), or a gradient that a check found wrong. */
export class GraphError extends SppgpuError {
  override name = 'GraphError';
}

/** No adapter, tensors of two devices in one op, or a shader that the driver refuses. */
export class DeviceError extends SppgpuError {
  override name = 'DeviceError';
}

/** The device was lost (driver reset, GPU unplugged, `destroy()`); create another one and reload a checkpoint. */
export class DeviceLostError extends DeviceError {
  override name = 'DeviceLostError';
}

/** Use of a tensor, or of a device, after `dispose()`. */
export class DisposedError extends SppgpuError {
  override name = 'DisposedError';
}

/** An allocation or a binding beyond what the device offers. */
export class MemoryError extends SppgpuError {
  override name = 'MemoryError';
}

/** Of a path, a problem or a way out a message has no more than so many characters: each may hold text of a file. */
const MOST = 400;

/** A file that is missing, unreadable, corrupt, or cannot be written. The fields are whole, the message is cut to a sane length. */
export class FileError extends SppgpuError {
  override name = 'FileError';
  constructor(
    readonly path: string,
    readonly problem: string,
    readonly wayOut: string,
  ) {
    super([`${printable(path, MOST)}: ${printable(problem, MOST)}`, printable(wayOut, MOST)].join('; '));
  }
}
