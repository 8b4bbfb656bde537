import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/data/open-dataset.node.js';
import { concatenateDatasets, subset } from '../../src/data/subset.js';
import { openVoc, VOC_CLASSES } from '../../src/data/voc.node.js';
import { decodeVocAnnotation, parseVocAnnotation } from '../../src/data/voc-annotation.js';
import { FileError } from '../../src/runtime/errors.js';
import { tempFolder } from '../io/temp-folder.js';
import { plainPng } from './pictures.js';

type Box = readonly [xmin: string | number, ymin: number, xmax: number, ymax: number];

function object(name: string, { difficult = 0, box = [1, 1, 3, 2] as Box } = {}): string {
  const [xmin, ymin, xmax, ymax] = box;
  const corners = `<xmin>${xmin}</xmin><ymin>${ymin}</ymin><xmax>${xmax}</xmax><ymax>${ymax}</ymax>`;
  return `<object><name>${name}</name><difficult>${difficult}</difficult><bndbox>${corners}</bndbox></object>`;
}

const annotation = (...objects: string[]) =>
  `<annotation><size><width>3</width><height>2</height></size>${objects.join('')}</annotation>`;

/** A data set with the given annotations, all in the split `train`. */
function voc(annotations: Record<string, string>, folder = 'VOCdevkit/VOC2012'): string {
  const root = tempFolder();
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(root, folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  };
  write('ImageSets/Main/train.txt', `${Object.keys(annotations).join('\n')}\n`);
  for (const [id, xml] of Object.entries(annotations)) {
    write(`Annotations/${id}.xml`, xml);
    write(`JPEGImages/${id}.JPG`, plainPng(3, 2));
  }
  return root;
}

describe('openVoc', () => {
  it('takes pictures for pictures, whatever else has their name', async () => {
    const root = voc({ b: annotation(object('dog')), c: annotation(object('cat')) });
    const folder = join(root, 'VOCdevkit', 'VOC2012', 'JPEGImages');
    for (const name of ['b.xml', 'b.zip', 'b.png', 'c.bmp']) writeFileSync(join(folder, name), 'none');
    mkdirSync(join(folder, 'b.jpeg'));
    const dataset = await openVoc(root, { split: 'train' });
    expect([0, 1].map((i) => basename(dataset.entry(i).path!))).toEqual(['b.JPG', 'c.JPG']);
    rmSync(join(folder, 'c.JPG'));
    await expect(openVoc(root, { split: 'train' })).rejects.toThrow(
      /has no picture "c" \(c\.bmp is not PNG or JPEG\); correct the list train\.txt/,
    );
  });

  it('takes the lists that there are as parts', async () => {
    const all = { a: annotation(object('dog')), b: annotation(object('cat')) };
    const parts = async (...lists: string[]) => {
      const root = voc(all, '.');
      const main = join(root, 'ImageSets', 'Main');
      rmSync(join(main, 'train.txt'));
      for (const [i, name] of lists.entries()) writeFileSync(join(main, `${name}.txt`), i === 0 ? 'a\rb\r' : 'b');
      const { train, test } = await openDataset(root, { seed: 1 });
      return [train.name, test?.name ?? null].map((name) => name?.split(' ').at(-1));
    };
    expect(await parts('train', 'test')).toEqual(['train', 'test']);
    expect(await parts('train', 'val', 'test')).toEqual(['train', 'val']);
    expect(await parts('trainval', 'test', 'val')).toEqual(['trainval', 'test']);
    expect(await parts('train')).toEqual(['train', undefined]);
    await expect(parts('val')).rejects.toThrow(/has no list train\.txt or trainval\.txt, only val\.txt; .*--list/);
  });

  it('reads lists in UTF-16, and quotes what is wrong in short', async () => {
    const root = voc({ a: annotation(object('dog')) }, '.');
    const list = join(root, 'ImageSets', 'Main', 'train.txt');
    writeFileSync(list, Buffer.from('\ufeffa 1\r', 'utf16le'));
    expect((await openVoc(root, { split: 'train' })).entry(0).id).toBe('a');
    writeFileSync(list, `${'n'.repeat(28_000)}\u001b`);
    const error = await openVoc(root, { split: 'train' }).catch((problem: Error) => problem);
    expect((error as Error).message).toMatch(/has no picture "n{60}\.\.\." \(28001 characters\)/);
  });

  it('labels by the VOC rule and keeps the boxes', async () => {
    const root = voc({
      one: annotation(object('dog'), object('cat', { difficult: 1 }), object('person')),
      two: annotation(object('cat', { difficult: 1 }), object('cat')),
      three: annotation(object('bus', { difficult: 1 })),
    });
    for (const start of [root, join(root, 'VOCdevkit'), join(root, 'VOCdevkit', 'VOC2012')]) {
      const dataset = await openVoc(start, { split: 'train' });
      expect(dataset.classes).toEqual(VOC_CLASSES);
      const present = (i: number, value: number) =>
        VOC_CLASSES.filter((_, label) => dataset.entry(i).labels![label] === value);
      expect([present(0, 1), present(0, 0)]).toEqual([['dog', 'person'], ['cat']]);
      expect([present(1, 1), present(2, 0), present(2, 1)]).toEqual([['cat'], ['bus'], []]);
      expect([0, 1, 2].map((i) => dataset.entry(i).label)).toEqual([VOC_CLASSES.indexOf('dog'), 7, -1]);
      expect(dataset.annotation(0).objects[0]).toMatchObject({ xmin: 1, ymin: 1, xmax: 3, ymax: 2, difficult: false });
      expect((await dataset.item(0)).image.width).toBe(3);
    }
  });

  it('carries the objects through parts and unions, in boxes that count from 0 and end outside', async () => {
    const root = voc({
      a: annotation(object('cat', { box: [1, 1, 3, 2] }), object('dog', { box: [2, 1, 2, 1], difficult: 1 })),
      b: annotation(),
      c: annotation(object('dog', { box: [1.5, 1, 2.25, 2] })),
    });
    const dataset = await openVoc(root, { split: 'train' });
    const [cat, dog] = [VOC_CLASSES.indexOf('cat'), VOC_CLASSES.indexOf('dog')];
    const whole = { label: cat, box: { x0: 0, y0: 0, x1: 3, y1: 2 }, difficult: false, truncated: false };
    const onePixel = { label: dog, box: { x0: 1, y0: 0, x1: 2, y1: 1 }, difficult: true, truncated: false };
    const fractions = { label: dog, box: { x0: 0.5, y0: 0, x1: 2.25, y1: 2 }, difficult: false, truncated: false };
    expect([0, 1, 2].map((i) => dataset.entry(i).objects)).toEqual([[whole, onePixel], [], [fractions]]);
    const joined = concatenateDatasets([subset(dataset, [2, 1]), subset(dataset, [0])]);
    expect([0, 1, 2].map((i) => joined.entry(i).objects)).toEqual([[fractions], [], [whole, onePixel]]);
    expect((await joined.item(2)).objects).toEqual([whole, onePixel]);
  });

  it('takes other classes and the layout without VOCdevkit', async () => {
    const root = voc({ a: annotation(object('RBC')), b: annotation(object('Platelets')), c: annotation() }, '.');
    const dataset = await openVoc(root, { split: 'train' });
    expect(dataset.classes).toEqual(['Platelets', 'RBC']);
    expect(dataset.entry(2)).toMatchObject({ label: -1, labels: [-1, -1] });
  });

  it('says what is missing or wrong', async () => {
    const root = voc({ a: annotation(object('dog')) });
    const folder = join(root, 'VOCdevkit', 'VOC2012');
    await expect(openVoc(root, { split: 'val' })).rejects.toThrow(/val\.txt: no such file/);
    await expect(openVoc(tempFolder(), { split: 'train' })).rejects.toThrow(/has no VOC data; give a folder with/);
    await expect(openVoc(root, { split: 'train', year: 2007 })).rejects.toThrow(/has no VOC2007 data/);
    await expect(openVoc(root, { split: 'train', classes: ['cat'] })).rejects.toThrow(/a\.xml: "dog" is not a class/);
    writeFileSync(join(folder, 'ImageSets/Main/train.txt'), 'b\n');
    await expect(openVoc(root, { split: 'train' })).rejects.toThrow(/JPEGImages: has no picture "b"; correct the list/);
    writeFileSync(join(folder, 'ImageSets/Main/train.txt'), '../../secret\n');
    await expect(openVoc(root, { split: 'train' })).rejects.toThrow(/is not a picture id/);
    mkdirSync(join(root, 'VOCdevkit', 'VOC2007'));
    await expect(openVoc(root, { split: 'train' })).rejects.toThrow(
      /VOCdevkit: has VOC2007 and VOC2012; give one of them: \S+VOC2007$/,
    );
  });
});

describe('parseVocAnnotation', () => {
  it('reads decimal numbers and does not expand entities', () => {
    const doctype = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>';
    const parsed = parseVocAnnotation(doctype + annotation(object('&b;', { box: [1.5, 1, 2, 2] })), 'a.xml');
    expect(parsed.objects[0]).toMatchObject({ name: '&b;', xmin: 1.5 });
  });

  it('decodes the entities of XML once, and leaves CDATA as it is', () => {
    const name = (text: string) => parseVocAnnotation(annotation(object(text)), 'a.xml').objects[0]!.name;
    expect(name('salt &amp; pepper')).toBe('salt & pepper');
    expect(name('&amp;lt;b&gt; &quot;&apos;')).toBe('&lt;b> "\'');
    expect(name('&#65;&#x1F600;&#38;amp;')).toBe('A😀&amp;');
    expect(name('&#0;&#xD800;&#x110000;&unknown;')).toBe('&#0;&#xD800;&#x110000;&unknown;');
    expect(name('<![CDATA[salt &amp; pepper]]>')).toBe('salt &amp; pepper');
  });

  it.each([
    ['1', true],
    ['true', true],
    ['True', true],
    [' yes ', true],
    ['0', false],
    ['FALSE', false],
    ['Unspecified', false],
    ['', false],
  ])('reads %j as a flag', (text, value) => {
    const xml = annotation(object('a')).replace('<difficult>0', `<truncated>${text}</truncated><difficult>${text}`);
    expect(parseVocAnnotation(xml, 'a.xml').objects[0]).toMatchObject({ difficult: value, truncated: value });
  });

  it('needs no size', () => {
    const box = object('a');
    for (const size of ['', '<size/>', '<size><depth>3</depth></size>']) {
      const parsed = parseVocAnnotation(`<annotation>${size}${box}</annotation>`, 'a.xml');
      expect(parsed).toMatchObject({ width: null, height: null, objects: [{ name: 'a' }] });
    }
    expect(parseVocAnnotation(annotation(), 'a.xml')).toEqual({ width: 3, height: 2, objects: [] });
  });

  it('reads the encodings that XML has', () => {
    const xml = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>${annotation(object('é'))}`;
    const name = (bytes: Buffer) => decodeVocAnnotation(bytes, 'a.xml').objects[0]!.name;
    expect(name(Buffer.from(xml('utf-8')))).toBe('é');
    expect(name(Buffer.from(xml('ISO-8859-1'), 'latin1'))).toBe('é');
    expect(name(Buffer.from(`\ufeff${xml('UTF-16')}`, 'utf16le'))).toBe('é');
    expect(name(Buffer.from(xml('utf-16')))).toBe('é');
    expect(() => name(Buffer.from(xml('UTF-8'), 'latin1'))).toThrow('a.xml: is not text in UTF-8; save it as UTF-8');
  });

  it.each([
    [annotation(object('a').replace('>0<', '>maybe<')), /<difficult> is "maybe", not 0 or 1/],
    [annotation(object('a', { box: ['9'.repeat(400), 1, 2, 2] })), /<xmin> is "9{60}\.\.\." \(400 characters\), not/],
    ['', /has no <annotation>|not valid XML/],
    ['<annotation>', /is not valid XML/],
    ['nonsense', /is not valid XML|has no <annotation>/],
    ['<annotation><size><width>x</width></size></annotation>', /<width> is "x", not a number/],
    [annotation('<object><bndbox/></object>'), /object 1 has no name/],
    [annotation('<object><name>a</name></object>'), /has no <bndbox>/],
    [annotation(object('a', { box: ['x', 1, 2, 2] })), /<xmin> is "x", not a number/],
    [annotation(object('a', { box: ['Infinity', 1, 2, 2] })), /<xmin> is "Infinity", not a number/],
    [`<annotation>${' '.repeat(4_000_001)}</annotation>`, /is larger than 4000000 characters/],
  ])('refuses %#', (xml, message) => {
    const parse = () => parseVocAnnotation(xml, 'a.xml');
    expect(parse).toThrow(FileError);
    expect(parse).toThrow(message);
  });
});
