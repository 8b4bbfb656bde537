import { describe, expect, it } from 'vitest';
import type { ModelOptions } from '../../src/models/architecture.js';
import { scaleWidth } from '../../src/models/architecture.js';
import { featureLayerNames, featureLayers } from '../../src/models/feature-layers.js';
import { fixedPool } from '../../src/models/heads.js';
import { matchParameters } from '../../src/models/match-parameters.js';
import { profileModel } from '../../src/models/profile.js';
import { ARCHITECTURE_NAMES, buildArchitecture } from '../../src/models/registry.js';
import { small } from '../../src/models/small.js';
import { squeezenet11 } from '../../src/models/squeezenet11.js';
import { parameterSpecs, traceLayers } from '../../src/models/trace.js';
import { zf5 } from '../../src/models/zf5.js';

const shapeOf = (name: string, net = zf5()): readonly number[] | undefined =>
  parameterSpecs(net).find((spec) => spec.name === name)?.shape;

describe('heads', () => {
  it('have the paper numbers of inputs to the first fully connected layer', () => {
    expect(shapeOf('classifier.fc6.weight')).toEqual([4096, 12_800]);
    expect(shapeOf('classifier.fc6.weight', zf5({ pyramid: [4, 3, 2, 1] }))).toEqual([4096, 7_680]);
    expect(shapeOf('classifier.fc6.weight', zf5({ pyramid: 'none' }))).toEqual([4096, 9_216]);
    expect(shapeOf('classifier.fc8.weight', buildArchitecture('overfeat7'))).toEqual([4096, 25_600]);
    expect(shapeOf('classifier.fc6.weight', buildArchitecture('overfeat5', { pyramid: 'none' }))).toEqual([
      4096, 18_432,
    ]);
  });

  it('store the levels ascending, however they are given', () => {
    for (const pyramid of [
      [6, 3, 2, 1],
      [1, 2, 3, 6],
      [3, 1, 6, 2],
    ]) {
      expect(zf5({ pyramid }).classifier[0]).toEqual({ type: 'spp', name: 'spp5', levels: [1, 2, 3, 6] });
    }
  });

  it('use the paper pool without SPP: 3/2 on 13x13, 3/3 on 18x18', () => {
    expect(zf5({ pyramid: 'none' }).classifier[0]).toMatchObject({ name: 'pool5', kernel: 3, stride: 2 });
    expect(buildArchitecture('overfeat7', { pyramid: 'none' }).classifier[0]).toMatchObject({
      name: 'pool7',
      kernel: 3,
      stride: 3,
    });
  });

  it('refuse a fixed pool for maps where the paper rule breaks (10 cells, 6 bins)', () => {
    expect(() => fixedPool('zf5', 'pool5', 10, 6)).toThrow(
      'no fixed pool turns its 10x10 map into 6x6 bins (it gives 9)',
    );
    expect(() => zf5({ pyramid: 'none', inputSize: 180 })).toThrow('choose another inputSize or a pyramid');
    expect(() => zf5({ pyramid: 'none', inputSize: 3 })).toThrow('inputSize 3 is too small; it must be at least');
  });

  it('take the training size only without SPP, any size with it', () => {
    expect(() => traceLayers(zf5({ pyramid: 'none' }), 300, 300)).toThrow('fc6 takes 9216 features, this input gives');
    expect(traceLayers(zf5(), 300, 517).at(-1)!.output).toEqual([1000]);
    expect(traceLayers(squeezenet11({ classes: 7 }), 180, 163).at(-1)!.output).toEqual([7]);
  });
});

describe('every architecture', () => {
  it.each(ARCHITECTURE_NAMES)('%s comes back from its own name and options', (name) => {
    const net = buildArchitecture(name, { classes: 12, width: 0.25, pyramid: [4, 2, 1], inputChannels: 1 });
    expect(buildArchitecture(net.name, net.options)).toEqual(net);
    expect(JSON.parse(JSON.stringify(net))).toEqual(net);
  });

  it.each(ARCHITECTURE_NAMES)('%s has unique parameter names and survives every head at a narrow width', (name) => {
    for (const pyramid of [undefined, 'none', [6, 3, 2, 1], [5]] as ModelOptions['pyramid'][]) {
      const specs = parameterSpecs(buildArchitecture(name, { ...(pyramid && { pyramid }), width: 0.1 }));
      expect(new Set(specs.map((spec) => spec.name)).size).toBe(specs.length);
      expect(specs.every((spec) => spec.shape.every((size) => Number.isInteger(size) && size > 0))).toBe(true);
    }
  });

  it('rounds widths to multiples of 8', () => {
    expect([96, 256, 384].map((channels) => scaleWidth(channels, 1 / 3))).toEqual([32, 88, 128]);
    expect(scaleWidth(16, 0.1)).toBe(8);
    expect(scaleWidth(100, 1)).toBe(100);
  });

  it.each([
    [{ classes: 0 }, 'zf5: classes is 0'],
    [{ width: 0 }, 'zf5: width is 0'],
    [{ width: Number.NaN }, 'zf5: width is NaN'],
    [{ pyramid: [] }, 'zf5: pyramid is []'],
    [{ pyramid: [1, 1] }, 'free of repeated levels'],
    [{ pyramid: [65] }, 'levels of 1 to 64 bins per side'],
    [{ pyramid: 'original' }, 'zf5: pyramid is "original"'],
    [{ dropout: 1 }, 'zf5: dropout is 1'],
    [{ inputChannels: 4 }, 'zf5: inputChannels is 4'],
    [{ padding: 'C' }, 'A or B or half'],
  ])('refuses %j', (options, message) => {
    expect(() => buildArchitecture('zf5', options as ModelOptions)).toThrow(message);
  });

  it('names the known models when asked for another', () => {
    expect(() => buildArchitecture('vgg')).toThrow('unknown model "vgg"; there are zf5, convnet5');
    expect(() => buildArchitecture('toString')).toThrow('unknown model');
  });
});

describe('profile', () => {
  it('counts ZF-5 by hand', () => {
    const profile = profileModel(zf5({ padding: 'A' }));
    const rows = new Map(profile.layers.map((row) => [row.name, row]));
    expect(rows.get('conv1')).toMatchObject({
      parameters: 96 * 147 + 96,
      flops: 2 * 96 * 147 * 110 * 110,
      output: [96, 110, 110],
    });
    expect(rows.get('fc6')).toMatchObject({ parameters: 12_800 * 4096 + 4096, flops: 2 * 12_800 * 4096 });
    expect(profile).toMatchObject({ map: [13, 13], stride: 16, receptiveField: 139, input: [3, 224, 224] });
    expect(profile.parameters).toBe(profile.layers.reduce((sum, row) => sum + row.parameters, 0));
    expect(profile.peakBytes).toBe(2 * 96 * 110 * 110 * 4);
  });

  it('what is learned is counted as torchvision counts it, running statistics only in the bytes of a file', () => {
    const counts = { resnet18: 11_689_512, resnet34: 21_797_672, resnet50: 25_557_032, mobilenetv2: 3_504_872 };
    for (const [name, count] of Object.entries(counts))
      expect(profileModel(buildArchitecture(name)).parameters).toBe(count);
    const { parameterBytes } = profileModel(buildArchitecture('resnet18'));
    expect(parameterBytes).toBe(4 * (11_689_512 + 2 * 4800));
  });

  it('knows the published size of SqueezeNet 1.1', () => {
    expect(profileModel(squeezenet11()).parameters).toBe(1_235_496);
    expect(profileModel(squeezenet11(), 180, 163).map).toEqual([11, 10]);
  });
});

describe('weights by name', () => {
  it('finds the names of published SqueezeNet files', () => {
    const net = squeezenet11();
    const published = new Map(
      parameterSpecs(net).map((spec) => {
        const [, ...path] = spec.name.split('.');
        const name = path.length === 3 ? `${path[0]}/${path[1]}.${path[2]}` : path.join('.');
        return [name, spec.shape] as const;
      }),
    );
    expect([...published.keys()]).toContain('fire2/squeeze1x1.weight');
    const match = matchParameters(parameterSpecs(net), published);
    expect(match).toMatchObject({ missing: [], unused: [], mismatched: [] });
    expect(match.matched).toHaveLength(52);
  });

  it('loads parts and lists the rest', () => {
    const specs = parameterSpecs(small());
    const match = matchParameters(
      specs,
      new Map([
        ['features.conv1.weight', [16, 1, 5, 5]],
        ['conv2.weight', [16, 16, 3, 3]],
        ['conv3.weight', [64, 16, 3, 3]],
        ['conv9.weight', [1]],
      ]),
    );
    expect(match.matched.map((pair) => pair.source)).toEqual(['features.conv1.weight', 'conv2.weight']);
    expect(match.mismatched).toEqual([
      { target: 'features.conv3.weight', expected: [32, 16, 3, 3], found: [64, 16, 3, 3] },
    ]);
    expect(match.unused).toEqual(['conv9.weight']);
    expect(match.missing).toHaveLength(specs.length - 3);
  });
});

describe('feature layers', () => {
  it('end with the ReLU of a layer', () => {
    expect(featureLayers(zf5(), 'conv4').at(-1)!.name).toBe('relu4');
    expect(featureLayers(zf5(), 'fc7').at(-1)!.name).toBe('relu7');
    expect(featureLayers(squeezenet11(), 'fire9').at(-1)!.name).toBe('fire9');
  });

  it('pool any map with one level or the whole pyramid', () => {
    expect(featureLayers(zf5(), 'pool5').at(-1)).toMatchObject({ type: 'spp', levels: [6] });
    expect(featureLayers(zf5({ pyramid: [4, 2, 1] }), 'spp').at(-1)).toMatchObject({ levels: [1, 2, 4] });
    expect(featureLayers(squeezenet11(), 'spp').at(-1)).toMatchObject({ levels: [1, 2, 3, 6] });
    expect(featureLayers(buildArchitecture('overfeat7'), 'pool7').at(-1)).toMatchObject({ levels: [6] });
  });

  it('list the names there are', () => {
    expect(featureLayerNames(zf5())).toEqual([
      'conv1',
      'conv2',
      'conv3',
      'conv4',
      'conv5',
      'pool5',
      'spp',
      'fc6',
      'fc7',
    ]);
    expect(() => featureLayers(zf5(), 'fc8')).toThrow('zf5: no feature layer fc8; there are conv1');
  });
});
