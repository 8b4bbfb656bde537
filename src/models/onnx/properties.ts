/** Keys of an ONNX file's metadata, each with a JSON text. */

/** The names of the classes, in order. */
export const LABELS_PROPERTY = 'sppgpu.labels';

/** How pictures are prepared: channels, channelOrder, mean, scale (`(byte - mean) * scale`), resize, size, minimum side. */
export const INPUT_PROPERTY = 'sppgpu.input';

/** The network that was exported: its name here, and its options. */
export const NETWORK_PROPERTY = 'sppgpu.network';
