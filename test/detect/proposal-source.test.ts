import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROPOSAL_METHODS } from '../../src/detect/proposals/methods.js';
import { openProposalSource } from '../../src/detect/proposals/proposal-source.node.js';
import { SppgpuError } from '../../src/runtime/errors.js';
import { tempFolder } from '../io/temp-folder.js';
import { drawn } from './selective-search/pictures.js';

const PICTURES = Array.from({ length: 5 }, (_, i) =>
  drawn(60 + 4 * i, 50, (x, y) => (x > 10 + i && x < 40 && y > 8 && y < 35 ? [200, 30 * i, 20] : [20, 90, x + y])),
);

describe('sources of proposals', () => {
  it('give the boxes of the method, with any number of threads', async () => {
    for (const { name, propose } of PROPOSAL_METHODS) {
      const wanted = PICTURES.map((picture) => propose(picture, { maxBoxes: 20, seed: 3 }));
      for (const workers of [1, 3]) {
        const source = await openProposalSource({ method: name, workers, maxBoxes: 20, seed: 3 });
        try {
          expect(source).toMatchObject({ name, workers });
          const found = await Promise.all(PICTURES.map((picture, i) => source.propose(`${i}`, picture)));
          for (const [i, { boxes, scores, seconds }] of found.entries()) {
            expect({ boxes, scores }).toEqual(wanted[i]);
            expect(seconds).toBeGreaterThan(0);
          }
        } finally {
          await source.close();
        }
      }
    }
  });

  it('pass on what is wrong, for that picture alone', async () => {
    const source = await openProposalSource({ workers: 1, maxBoxes: -1 });
    await expect(source.propose('a', PICTURES[0]!)).rejects.toThrow(/maxBoxes -1 is not usable/);
    await expect(source.propose('a', PICTURES[0]!)).rejects.toBeInstanceOf(SppgpuError);
    await source.close();
    await expect(source.propose('a', PICTURES[0]!)).rejects.toThrow(/proposals: used after close/);
    await expect(openProposalSource({ method: 'guess' })).rejects.toThrow(
      /method "guess" is not known; choose selective-search or/,
    );
  });

  it('read them from a file', async () => {
    const path = join(tempFolder(), 'boxes.txt');
    writeFileSync(path, 'a 1 2 30 40 0.5\na 5 6 20 21 0.75\n');
    const source = await openProposalSource({ boxFile: path, maxBoxes: 1 });
    expect(source.name).toBe(path);
    expect(await source.propose('/x/a.png', PICTURES[0]!)).toMatchObject({
      boxes: Float32Array.of(5, 6, 20, 21),
      scores: Float32Array.of(0.75),
    });
    await expect(source.propose('b', PICTURES[0]!)).rejects.toThrow(/boxes.txt: has no boxes of "b"/);
  });
});
