export type ChannelOrder = 'rgb' | 'bgr';

/** What a network's first layer expects: values are `(byte - mean[c]) * scale[c]`, channels in `channelOrder`. */
export interface InputFormat {
  /** 3, or 1: grey by Rec. 601 luma. */
  readonly channels: number;
  readonly channelOrder: ChannelOrder;
  /** Of each channel. */
  readonly mean: readonly number[];
  /** Of all channels, or of each. */
  readonly scale: number | readonly number[];
}
