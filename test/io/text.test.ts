import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeText, linesOf } from '../../src/io/text.js';
import { readLines } from '../../src/io/text-file.node.js';
import { tempFolder } from './temp-folder.js';

const text = 'cat/ä.png 0\r\ndog/𝄞.png 1';
const utf16 = Buffer.from(text, 'utf16le');
const swapped = Buffer.from(utf16).swap16();

describe('decodeText', () => {
  it.each([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${text}`)],
    ['UTF-16 LE with a mark', Buffer.concat([Buffer.of(0xff, 0xfe), utf16])],
    ['UTF-16 BE with a mark', Buffer.concat([Buffer.of(0xfe, 0xff), swapped])],
    ['UTF-16 LE', utf16],
    ['UTF-16 BE', swapped],
  ])('reads %s', (_, bytes) => {
    expect(decodeText(bytes, 'list.txt')).toBe(text);
  });

  it('takes the encoding that a text declares, and names one that nobody knows', () => {
    expect(decodeText(Buffer.from([0x63, 0xe9]), 'a.xml', 'ISO-8859-1')).toBe('cé');
    expect(() => decodeText(Buffer.from('a'), 'a.xml', 'klingon')).toThrow(
      'names the encoding "klingon", which is not',
    );
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.from([0x61, 0xff, 0x62]), 'list.txt: is not text in UTF-8; save it as UTF-8'],
    ['NUL characters', Buffer.from('cat\0dog'), 'list.txt: holds NUL characters'],
    ['half a UTF-16 character', Buffer.of(0xff, 0xfe, 0x61), 'list.txt: is not text in UTF-16LE'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => decodeText(bytes, 'list.txt')).toThrow(message);
  });
});

it('ends lines as any system does', async () => {
  expect(linesOf('a\r\nb\rc\nd\n\re')).toEqual(['a', 'b', 'c', 'd', '', 'e']);
  const folder = tempFolder();
  writeFileSync(join(folder, 'old-mac.txt'), 'a\rb');
  expect(await readLines(join(folder, 'old-mac.txt'))).toEqual(['a', 'b']);
  mkdirSync(join(folder, 'sub'));
  await expect(readLines(join(folder, 'sub'))).rejects.toThrow('sub: is a folder, not a plain file; give the path of');
  await expect(readLines(join(folder, 'old-mac.txt'), { maxBytes: 2 })).rejects.toThrow('3 bytes are more than');
});
