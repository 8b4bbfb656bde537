/**
 * Two claims of the paper on good features at little cost: a pyramid beats a single level (Table 2), and training at several
 * sizes beats training at one. The convolutions of a pretrained SqueezeNet 1.1 stay as they are; two fully connected
 * layers and a classifier are trained on their pooled maps, as the paper's detector does.
 *
 *   node bench/run.mjs bench/claims/frozen.ts --data FOLDER --weights squeezenet_v1.1.safetensors
 *     [--seeds 5] [--epochs N] [--lr RATE] [--pictures N] [--adapter NAME] > results.jsonl
 *
 * One JSON line per net and seed, then one per comparison; tables on stderr. `--pictures` takes every n-th picture only.
 */
import { parseArgs } from 'node:util';
import {
  buildArchitecture,
  createDevice,
  Generator,
  loadWeights,
  Network,
  openDataset,
  subset,
} from '../../src/node.js';
import { Rng } from '../../src/tensor/rng.js';
import { Head } from './head.js';
import { FIXED_SIZE, type Look, type PooledSet, pooledViews } from './pooled-views.js';
import { deviation, mean, pairedTest } from './students-t.js';

const { values: flags } = parseArgs({
  options: {
    data: { type: 'string' },
    weights: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    epochs: { type: 'string', default: '20' },
    lr: { type: 'string', default: '0.0003' },
    pictures: { type: 'string', default: '1' },
    adapter: { type: 'string', default: 'auto' },
  },
});
if (!flags.data || !flags.weights) {
  console.error('usage: node bench/run.mjs bench/claims/frozen.ts --data FOLDER --weights FILE');
  process.exit(2);
}

const SECOND_SIZE = 180;
/** The paper's random sizes, 180 to 224, in steps of half the convolutions' stride. */
const RANDOM_SIZES = [180, 188, 196, 204, 212, 220];
const LOOKS: readonly Look[] = [160, SECOND_SIZE, FIXED_SIZE, 256, 'full'];
const RANDOM_SIZE_STREAM = 2;

/** The size, in pixels, whose vectors an epoch of each net reads. */
const SIZE_OF_EPOCH = {
  'no SPP': () => FIXED_SIZE,
  'one size': () => FIXED_SIZE,
  'two sizes': (epoch: number) => (epoch % 2 === 0 ? FIXED_SIZE : SECOND_SIZE),
  'random sizes': (epoch: number, seed: number) =>
    RANDOM_SIZES[new Rng(seed, [RANDOM_SIZE_STREAM, epoch, 0]).int(RANDOM_SIZES.length)]!,
} as const;
type NetName = keyof typeof SIZE_OF_EPOCH;
const NETS = Object.keys(SIZE_OF_EPOCH) as NetName[];
/** Which net is expected to beat which, as the paper has it. */
const CLAIMS: readonly (readonly [NetName, NetName])[] = [
  ['one size', 'no SPP'],
  ['two sizes', 'one size'],
  ['random sizes', 'one size'],
];

const say = (line: string) => console.error(line);
const percent = (share: number) => (100 * share).toFixed(2);

const device = await createDevice({ adapter: flags.adapter });
const network = new Network(buildArchitecture('squeezenet11'), { device, generator: new Generator(0) });
await loadWeights(network, flags.weights);
network.eval();
const stride = Number(flags.pictures);
const parts = await openDataset(flags.data, { seed: 1 });
const thinned = (part: typeof parts.train) =>
  subset(
    part,
    Uint32Array.from({ length: Math.ceil(part.length / stride) }, (_, i) => i * stride),
  );
if (!parts.test) throw new Error(`${flags.data}: has no test part`);
const [train, test] = [thinned(parts.train), thinned(parts.test)];
say(
  `${device.info.name}; ${train.length} pictures to train on, ${test.length} to test, ${train.classes.length} classes`,
);

const trained = new Map<number, PooledSet>();
for (const size of [FIXED_SIZE, ...RANDOM_SIZES]) {
  trained.set(size, await pooledViews(device, network, train, size, false));
  say(`features of the training pictures at ${size}`);
}
const seen = new Map<Look, { readonly any: PooledSet; readonly fixed: PooledSet }>();
for (const look of LOOKS) {
  const any = await pooledViews(device, network, test, look, false);
  seen.set(look, { any, fixed: look === FIXED_SIZE ? any : await pooledViews(device, network, test, look, true) });
  say(`features of the test pictures at ${look}`);
}

const results = new Map<NetName, number[][]>(NETS.map((net) => [net, LOOKS.map(() => [])]));
for (let seed = 1; seed <= Number(flags.seeds); seed++) {
  for (const net of NETS) {
    const singleLevel = net === 'no SPP';
    const options = { device, seed, epochs: Number(flags.epochs), lr: Number(flags.lr), singleLevel };
    const start = performance.now();
    const head = await Head.train(
      options,
      train,
      trained.get(FIXED_SIZE)!,
      (epoch) => trained.get(SIZE_OF_EPOCH[net](epoch, seed))!,
    );
    const scores: Record<string, number> = {};
    for (const [i, look] of LOOKS.entries()) {
      const { any, fixed } = seen.get(look)!;
      const score = await head.test(singleLevel ? fixed : any, test);
      scores[look] = score;
      results.get(net)![i]!.push(score);
    }
    head.dispose();
    console.log(JSON.stringify({ net, seed, scores, seconds: (performance.now() - start) / 1000 }));
    say(`seed ${seed}, ${net}: ${LOOKS.map((look) => `${look} ${percent(scores[look]!)}`).join(', ')}`);
  }
}

say(`\n${train.classes.length} classes, mean and deviation over ${flags.seeds} seeds, percent`);
say(`| net | ${LOOKS.join(' | ')} |`);
for (const net of NETS) {
  const cells = results.get(net)!.map((scores) => `${percent(mean(scores))} ± ${percent(deviation(scores))}`);
  say(`| ${net} | ${cells.join(' | ')} |`);
}
for (const [better, worse] of CLAIMS) {
  for (const [i, look] of LOOKS.entries()) {
    const found = pairedTest(results.get(better)![i]!, results.get(worse)![i]!);
    console.log(JSON.stringify({ better, worse, look, ...found }));
    say(
      `${better} over ${worse} at ${look}: ${percent(found.difference)} ± ${percent(found.deviation)}, p ${found.p.toFixed(4)}`,
    );
  }
}
network.dispose();
device.dispose();
