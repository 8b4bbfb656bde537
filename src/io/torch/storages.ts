/** The memory of a file's tensors, by the keys that its pickle has for it. */
export interface Storages {
  /** Bytes of a storage; undefined where there is none. */
  sizeOf(key: string): number | undefined;
  bytes(key: string): Promise<Uint8Array<ArrayBuffer>>;
}
