import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeVocAnnotation, parseVocAnnotation } from '../../src/data/voc-annotation.js';
import { FileError } from '../../src/runtime/errors.js';

const SOUND = `<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand --><annotation verified="yes">
  <folder>VOC2012</folder><filename>a.jpg</filename>
  <size><width>500</width><height>375</height><depth>3</depth></size>
  <object><name>salt &amp; pepper</name><pose>Left</pose><truncated>1</truncated><difficult>0</difficult>
    <bndbox><xmin>8.5</xmin><ymin>12</ymin><xmax>352</xmax><ymax>498</ymax></bndbox>
    <part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
  </object>
  <object><name><![CDATA[a < b]]></name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></object>
</annotation>`;

/** Pieces that XML parsers stumble over. */
const PIECES = [
  ...[
    '<',
    '>',
    '</',
    '/>',
    '<!',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '&',
    '&amp;',
    '&#x;',
    '&#9999999;',
    '"',
  ],
  ...['<!DOCTYPE a [', '<!ENTITY a "aaaa">', '<!ENTITY % p SYSTEM "file:///etc/passwd">', ']>', '&a;', '\0', '\ufeff'],
  ...[
    '<object>',
    '</object>',
    '<name>',
    '<__proto__>',
    '<constructor>',
    '<toString/>',
    '<annotation>',
    '</annotation>',
  ],
  ...['1e999', '-', 'NaN', '<size>', '\u202e', '\ud800', '<a '.repeat(200), '<b>'.repeat(200), '&amp;'.repeat(500)],
];

interface Edit {
  readonly at: number;
  readonly cut: number;
  readonly put: string;
}

const edits = fc.array(
  fc.record({
    at: fc.nat(SOUND.length),
    cut: fc.oneof(fc.constant(0), fc.nat(40)),
    put: fc.oneof(fc.constantFrom(...PIECES), fc.constant(''), fc.string({ maxLength: 4 })),
  }),
  { minLength: 1, maxLength: 6 },
);

const mutate = (xml: string, { at, cut, put }: Edit): string => xml.slice(0, at) + put + xml.slice(at + cut);

/** Parses, and expects a sound annotation or an error of one line; nothing else. */
function parse(work: () => ReturnType<typeof parseVocAnnotation>): void {
  const start = performance.now();
  try {
    const { width, height, objects } = work();
    for (const side of [width, height]) expect(side === null || Number.isFinite(side)).toBe(true);
    for (const { name, difficult, truncated, ...box } of objects) {
      expect([typeof name, typeof difficult, typeof truncated]).toEqual(['string', 'boolean', 'boolean']);
      expect(name).not.toBe('');
      expect(Object.values(box).every(Number.isFinite)).toBe(true);
    }
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    expect(error.message).toMatch(/^a\.xml: .*; .*$/);
    expect(error.message.length).toBeLessThan(2000);
  }
  // Any of these takes a few milliseconds; seconds are for machines with other things to do.
  expect(performance.now() - start).toBeLessThan(5000);
  expect(({} as Record<string, unknown>).name).toBeUndefined();
}

it('parses the annotation that is mutated here', () => {
  const { objects, width } = parseVocAnnotation(SOUND, 'a.xml');
  expect([width, objects.map(({ name }) => name), objects[0]!.xmin]).toEqual([500, ['salt & pepper', 'a < b'], 8.5]);
});

it('never crashes nor hangs on mutated XML', () => {
  fc.assert(
    fc.property(edits, (all) => parse(() => parseVocAnnotation(all.reduce(mutate, SOUND), 'a.xml'))),
    { numRuns: 2000 },
  );
});

it('never crashes nor hangs on mutated bytes, in any encoding', () => {
  const bytes = [Buffer.from(SOUND), Buffer.from(`\ufeff${SOUND}`, 'utf16le'), Buffer.from(SOUND, 'latin1')];
  const changes = fc.array(fc.tuple(fc.nat(3000), fc.nat(255)), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(...bytes), changes, fc.nat(3000), (sound, changed, length) => {
      const copy = new Uint8Array(sound);
      for (const [at, byte] of changed) copy[at % copy.length] = byte;
      parse(() => decodeVocAnnotation(length % 3 === 0 ? copy.subarray(0, length) : copy, 'a.xml'));
    }),
    { numRuns: 500 },
  );
});

it('takes time in proportion to what is repeated', () => {
  const many = 30_000;
  for (const piece of [
    '<',
    '>',
    '&',
    '&amp;',
    '<a>',
    '<a/>',
    '<a ',
    '</a>',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    'a="',
    ' ',
    '\n',
  ]) {
    parse(() => parseVocAnnotation(piece.repeat(many), 'a.xml'));
    parse(() =>
      parseVocAnnotation(`<annotation><object><name>${piece.repeat(many)}</name></object></annotation>`, 'a.xml'),
    );
  }
});

it('expands no entities that a file declares', () => {
  const levels = Array.from({ length: 12 }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`).join('');
  const bomb = `<!DOCTYPE a [<!ENTITY e0 "bomb">${levels}]>`;
  const outside = '<!DOCTYPE a [<!ENTITY e12 SYSTEM "file:///etc/passwd">]>';
  for (const declared of [bomb, outside]) {
    parse(() => {
      const parsed = parseVocAnnotation(
        declared + SOUND.slice(SOUND.indexOf('<annotation')).replace('salt', '&e12;'),
        'a.xml',
      );
      expect(parsed.objects[0]!.name).toBe('&e12; & pepper');
      return parsed;
    });
  }
});
