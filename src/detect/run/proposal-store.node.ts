import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { loadSafetensors, saveSafetensors } from '../../io/safetensors.node.js';
import { FileError } from '../../runtime/errors.js';
import type { Boxes } from '../boxes.js';

/** Windows of the pictures of a set, a file for each, so that memory does not grow with their number. */
export class ProposalStore {
  constructor(private readonly folder: string) {}

  /** Whether a picture's windows are there. */
  has(index: number): boolean {
    return existsSync(this.file(index));
  }

  /** @param id of the picture, to be seen again when they are read */
  async write(index: number, id: string, boxes: Boxes): Promise<void> {
    const data = boxes as Float32Array<ArrayBuffer>;
    await saveSafetensors(this.file(index), [['boxes', { shape: [boxes.length / 4, 4], data }]], { id });
  }

  /** @throws FileError for a file that is missing, damaged, or of another picture */
  async read(index: number, id: string): Promise<Boxes> {
    const file = this.file(index);
    const { tensors, metadata } = await loadSafetensors(file);
    const boxes = tensors.get('boxes');
    if (metadata.id !== id || !boxes || boxes.shape[1] !== 4 || !(boxes.data instanceof Float32Array)) {
      throw new FileError(file, 'does not hold the windows of its picture', 'remove it: it is made anew');
    }
    return boxes.data;
  }

  private file(index: number): string {
    return join(this.folder, `${String(index).padStart(6, '0')}.safetensors`);
  }
}
