/** WebGPU's numeric flags, so that nothing has to stand on `globalThis` in Node. Values from the specification. */
export const BufferUsage = {
  MAP_READ: 0x0001,
  COPY_SRC: 0x0004,
  COPY_DST: 0x0008,
  UNIFORM: 0x0040,
  STORAGE: 0x0080,
  QUERY_RESOLVE: 0x0200,
} as const;

export const MAP_READ = 0x0001;
export const SHADER_STAGE_COMPUTE = 0x4;

/** Bytes: every device can bind a buffer from multiples of this on (the most that WebGPU lets a device ask for). */
export const BINDING_ALIGNMENT = 256;
