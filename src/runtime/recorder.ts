import type { Workgroups } from './grid.js';
import type { Pipeline } from './pipelines.js';
import type { Profiler } from './profiler.js';
import type { UniformArena } from './uniform-arena.js';

/** Collects dispatches and copies into one command buffer; dispatches that follow each other share one compute pass. */
export class Recorder {
  profiler: Profiler | null = null;
  private encoder: GPUCommandEncoder | null = null;
  private pass: GPUComputePassEncoder | null = null;
  private current: Pipeline | null = null;
  private count = 0;
  private batchNumber = 0;

  constructor(
    private readonly gpu: GPUDevice,
    private readonly arena: UniformArena,
  ) {}

  /** The number of the open batch; a buffer whose `lastBatch` equals it is still waiting to be used. */
  get batch(): number {
    return this.batchNumber;
  }

  /** Dispatches and copies in the open batch. */
  get pending(): number {
    return this.count;
  }

  /** True if the open batch takes no further dispatch: the profiler has no timestamps left. */
  get full(): boolean {
    return this.profiler?.full ?? false;
  }

  dispatch(pipeline: Pipeline, group: GPUBindGroup, uniformOffset: number | null, workgroups: Workgroups): void {
    if (this.profiler) this.endPass();
    if (!this.pass) {
      const timestampWrites = this.profiler?.timestampWrites(pipeline.kernel.name);
      this.pass = this.open().beginComputePass(timestampWrites ? { timestampWrites } : {});
      this.current = null;
    }
    if (this.current !== pipeline) this.pass.setPipeline(pipeline.gpu);
    this.current = pipeline;
    this.pass.setBindGroup(0, group, uniformOffset === null ? [] : [uniformOffset]);
    this.pass.dispatchWorkgroups(...workgroups);
    this.count++;
  }

  copy(from: GPUBuffer, fromOffset: number, to: GPUBuffer, toOffset: number, bytes: number): void {
    this.endPass();
    this.open().copyBufferToBuffer(from, fromOffset, to, toOffset, bytes);
    this.count++;
  }

  /** Submits the open batch, if there is one. */
  submit(): void {
    if (!this.encoder) return;
    this.endPass();
    const afterSubmit = this.profiler?.finishBatch(this.encoder);
    this.arena.flush();
    this.gpu.queue.submit([this.encoder.finish()]);
    afterSubmit?.();
    this.encoder = null;
    this.count = 0;
    this.batchNumber++;
  }

  private open(): GPUCommandEncoder {
    this.encoder ??= this.gpu.createCommandEncoder({ label: 'batch' });
    return this.encoder;
  }

  private endPass(): void {
    this.pass?.end();
    this.pass = null;
  }
}
