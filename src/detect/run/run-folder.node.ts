import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../io/atomic.node.js';
import { withFileErrors } from '../../io/file-errors.node.js';
import { makeFolder } from '../../io/make-folder.node.js';
import type { StoredTensor, TensorToStore } from '../../io/safetensors.js';
import { loadSafetensors, saveSafetensors } from '../../io/safetensors.node.js';
import { FileError } from '../../runtime/errors.js';

const FORMAT = 'sppgpu-detector-run-1';

/** Names in the folder of a run. */
const NAMES = {
  run: 'run.json',
  proposals: 'proposals',
  maps: 'maps',
  mapsDone: 'maps.json',
  head: 'head',
  norm: 'norm.json',
  svm: 'svm',
  regression: 'regression',
  detector: 'detector.safetensors',
} as const;

/** What a run is made of: another of any of it makes another run. */
export interface RunIdentity {
  readonly recipe: unknown;
  readonly backbone: unknown;
  readonly data: unknown;
}

/** The folder of a run: what each stage left, so that a run that was stopped goes on. */
export class RunFolder {
  private constructor(readonly path: string) {}

  /**
   * Opens the folder of a run, or makes it.
   * @param overwrite removes what another run left there
   * @throws FileError where it holds another run, or something else
   */
  static async open(path: string, identity: RunIdentity, overwrite = false): Promise<RunFolder> {
    const folder = new RunFolder(path);
    const file = folder.file(NAMES.run);
    if (overwrite) await folder.clear();
    await makeFolder(path);
    const text = `${JSON.stringify({ format: FORMAT, ...identity }, null, 2)}\n`;
    if (!existsSync(file)) {
      const found = Object.values(NAMES).find((name) => existsSync(folder.file(name)));
      if (found)
        throw new FileError(folder.file(found), 'belongs to no run', 'add --overwrite, or choose another folder');
      await writeFileAtomic(file, text);
      return folder;
    }
    const stored = await folder.readJson<Record<string, unknown>>(NAMES.run);
    if (stored?.format !== FORMAT)
      throw new FileError(file, 'is not the description of a run', 'choose another folder');
    const wanted = JSON.parse(text) as Record<string, unknown>;
    const odd = ['recipe', 'backbone', 'data'].find(
      (part) => JSON.stringify(stored[part]) !== JSON.stringify(wanted[part]),
    );
    if (odd !== undefined) {
      const what = difference(stored[odd], wanted[odd], odd);
      throw new FileError(
        path,
        `holds another run (${what})`,
        'add --overwrite to replace it, or choose another folder',
      );
    }
    return folder;
  }

  file(name: string): string {
    return join(this.path, name);
  }

  get maps(): string {
    return this.file(NAMES.maps);
  }

  get detector(): string {
    return this.file(NAMES.detector);
  }

  proposals(part: string): string {
    return RunFolder.proposalsIn(this.path, part);
  }

  /** Where the run at a path keeps windows. */
  static proposalsIn(path: string, part: string): string {
    return join(path, NAMES.proposals, part);
  }

  /** What a stage wrote last; null where it did not come so far. */
  async readJson<T>(name: string): Promise<T | null> {
    const file = this.file(name);
    if (!existsSync(file)) return null;
    const text = await withFileErrors(file, () => readFile(file, 'utf8'));
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new FileError(file, 'is damaged: it is not JSON', 'remove it, or add --overwrite to begin anew');
    }
  }

  async writeJson(name: string, value: unknown): Promise<void> {
    await writeFileAtomic(this.file(name), runJson(value));
  }

  has(name: string): boolean {
    return existsSync(this.file(name));
  }

  async writeTensors(
    name: string,
    tensors: Iterable<readonly [string, TensorToStore]>,
    about: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const sources = [...tensors].map(([key, { shape, data }]) => [key, { shape, data }] as const);
    await saveSafetensors(this.file(name), sources, { sppgpu: JSON.stringify(about) });
  }

  /** Null where there are none. @throws FileError for a file that is damaged */
  async readTensors(
    name: string,
  ): Promise<{ readonly tensors: Map<string, StoredTensor>; readonly about: Record<string, unknown> } | null> {
    if (!this.has(name)) return null;
    const { tensors, metadata } = await loadSafetensors(this.file(name));
    return { tensors, about: JSON.parse(metadata.sppgpu ?? '{}') as Record<string, unknown> };
  }

  async remove(name: string): Promise<void> {
    const file = this.file(name);
    await withFileErrors(file, () => rm(file, { recursive: true, force: true }));
  }

  /** Removes what runs leave, nothing else. */
  private async clear(): Promise<void> {
    const both = [NAMES.head, NAMES.svm, NAMES.regression].flatMap((stage) => [
      `${stage}.json`,
      `${stage}.safetensors`,
      `${stage}.checkpoint.safetensors`,
    ]);
    for (const name of [...Object.values(NAMES), ...both]) await this.remove(name);
  }
}

/** A value as it stands in a run's folder. */
export const runJson = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** The first thing that differs, in words. */
function difference(stored: unknown, wanted: unknown, path: string): string {
  const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (isRecord(stored) && isRecord(wanted)) {
    for (const key of new Set([...Object.keys(stored), ...Object.keys(wanted)])) {
      if (JSON.stringify(stored[key]) !== JSON.stringify(wanted[key]))
        return difference(stored[key], wanted[key], `${path}.${key}`);
    }
  }
  return `${path} ${JSON.stringify(stored) ?? 'not given'}, not ${JSON.stringify(wanted) ?? 'not given'}`.slice(0, 300);
}
