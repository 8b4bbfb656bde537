import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadBoxFile } from '../../src/detect/proposals/box-files.node.js';
import { fromGrey } from '../../src/picture/picture.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from '../io/temp-folder.js';

const PICTURE = fromGrey(new Uint8Array(100 * 80), 100, 80);

function written(text: string): string {
  const path = join(tempFolder(), 'boxes');
  writeFileSync(path, text);
  return path;
}

const load = (text: string) => loadBoxFile(written(text));
const refuse = async (text: string, message: RegExp) => {
  const error: unknown = await load(text).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(FileError);
  expect((error as Error).message).toMatch(message);
  expect((error as Error).message).not.toContain('\n');
};

describe('files of boxes', () => {
  it('JSON of `propose`, as lines or as one array, with scores or without', async () => {
    const lines =
      '{"file":"/far/JPEGImages/a.jpg","boxes":[[1,2,30,40,0.25],[5,5,50,50.5,0.75]],"seconds":1}\n\n' +
      '{"file":"b","boxes":[[0,0,9,9],[1,1,8,8]]}\n{"recall50":0.5,"boxes":100}\n';
    const array = `[${lines.trim().split('\n').filter(Boolean).join(',\n')}]`;
    for (const text of [lines, array, `\uFEFF  ${lines}`]) {
      const file = await load(text);
      expect(file.names).toEqual(['/far/JPEGImages/a.jpg', 'b']);
      // By rank; found by its name wherever it lies, or by its id.
      for (const name of ['/far/JPEGImages/a.jpg', 'a.jpg', '/near/a.jpg', 'a']) {
        const { boxes, scores } = file.proposals(name, PICTURE);
        expect([...boxes]).toEqual([5, 5, 50, 50.5, 1, 2, 30, 40]);
        expect([...scores]).toEqual([0.75, 0.25]);
      }
      const b = file.proposals('/near/b.png', PICTURE);
      expect([...b.boxes]).toEqual([0, 0, 9, 9, 1, 1, 8, 8]);
      expect([...b.scores]).toEqual([1, 0.5]);
      expect([...file.proposals('b', PICTURE, 1).boxes]).toEqual([0, 0, 9, 9]);
    }
  });

  it('plain text: blanks, tabs or commas, remarks, boxes cut to the picture', async () => {
    const texts = [
      '# made elsewhere\n2007_000822 -5 10 50 200 3\n2007_000822 20 20 40 40 7\n\n2007_000822 500 500 600 600 9\n',
      '2007_000822\t-5\t10\t50\t200\t3\r\n2007_000822\t20\t20\t40\t40\t7\r\n',
      '2007_000822, -5, 10, 50, 200, 3\n2007_000822,20,20,40,40,7',
    ];
    for (const text of texts) {
      const { boxes, scores } = (await load(text)).proposals('VOC/JPEGImages/2007_000822.jpg', PICTURE);
      expect([...boxes]).toEqual([20, 20, 40, 40, 0, 10, 50, 80]);
      expect([...scores]).toEqual([7, 3]);
    }
    const file = await load('my picture.png\t1\t2\t3\t4\nlist.v2 1 2 3 4\n');
    expect(file.names).toEqual(['my picture.png', 'list.v2']);
    expect([...file.proposals('list.v2.jpg', PICTURE).boxes]).toEqual([1, 2, 3, 4]);
  });

  it('name the line that is wrong', async () => {
    await refuse('a 1 2 3 4\nb 1 2 x 4\n', /boxes: line 2: "x" is not a number; write lines as/);
    await refuse('a 1 2 3\n', /line 1: has 3 numbers, not 4 or 5/);
    await refuse('# one\na 1 2 3 4 5 6\n', /line 2: has 6 numbers/);
    await refuse('a 1 2 1 4\n', /line 1: is a box without pixels \(1 to 1, 2 to 4\)/);
    await refuse('a 1 2 Infinity 4\n', /line 1: "Infinity" is not a number/);
    await refuse('a,1,2,,4\n', /line 1: "" is not a number/);
    await refuse('{"file":"a","boxes":[[1,2,3,4]]}\n{"file":"a"\n', /line 2: is not valid JSON/);
    await refuse(
      '{"file":"a","boxes":[[1,2,3,4],[1,2,"3",4]]}',
      /line 1: box 2 of "a" is \[1,2,"3",4\], not a list of numbers/,
    );
    await refuse('{"file":"a","boxes":[[9,2,3,4]]}', /line 1: box 1 of "a" is a box without pixels/);
    await refuse('{"file":3,"boxes":[]}', /line 1: "file" is 3, not a name/);
    await refuse('{"file":"a","boxes":3}', /line 1: "boxes" is not a list/);
    await refuse('{"file":"a","boxes":[]}\n[1]\n', /line 2: \[1\] is not an object/);
    await refuse('[{"file":"a","boxes":[]}, 3]', /line 1: entry 2: 3 is not an object/);
    await refuse('[{"file":"a","boxes":[]}', /line 1: the array is not valid JSON/);
    await refuse('# nothing\n', /holds no boxes/);
    await expect(loadBoxFile(join(tempFolder(), 'none'))).rejects.toThrow(/none: no such file/);
  });

  it('say when a picture is missing, or could be one of two', async () => {
    const file = await load('x/a.jpg 1 2 3 4\ny/a.jpg 1 2 3 5\na.png 1 2 3 6\n');
    expect(() => file.proposals('b.jpg', PICTURE)).toThrow(/has no boxes of "b.jpg"/);
    expect(() => file.proposals('z/a.jpg', PICTURE)).toThrow(/"z\/a.jpg" could be "x\/a.jpg" or "y\/a.jpg"/);
    expect([...file.proposals('y/a.jpg', PICTURE).boxes]).toEqual([1, 2, 3, 5]);
    expect([...file.proposals('z/a.png', PICTURE).boxes]).toEqual([1, 2, 3, 6]);
  });
});
