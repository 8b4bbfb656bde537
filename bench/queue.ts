/**
 * How many jobs a queue hands out in a second when the jobs do nothing: the limit for very short shards.
 * `test/queue/with-postgres.sh node bench/run.mjs bench/queue.ts`
 */
import { FlowQueue } from '../src/work/flow-queue.node.js';
import { parseQueueUrl } from '../src/work/queue-url.js';

const url = process.env.SPPGPU_TEST_QUEUE;
if (url === undefined) throw new Error('SPPGPU_TEST_QUEUE is not set; run test/queue/with-postgres.sh');

for (const { shards, workers } of [
  { shards: 500, workers: 1 },
  { shards: 500, workers: 8 },
  { shards: 5000, workers: 8 },
]) {
  const queue = await FlowQueue.open(parseQueueUrl(url));
  const begun = performance.now();
  const words = ['features', '--data', '/data/imagenet', '--backbone', 'zf5', '--weights', '/data/zf5.safetensors'];
  const flow = { version: 'bench', words, shards, cwd: '/data', folder: 'shards', out: 'features', attempts: 3 };
  await queue.submit(flow, 'bench');
  const submitted = performance.now();
  let merged = submitted;
  await queue.work({
    ...{ version: 'bench', workers, lockSeconds: 30, drain: true, signal: new AbortController().signal },
    shard: async (_, { index }) => ({
      ok: true,
      file: `/data/shards/features-0123456789ab-${index}-of-${shards}.shard`,
    }),
    merge: async () => {
      merged = performance.now();
    },
    onJob: () => undefined,
    onNote: console.error,
  });
  await queue.close();
  const [submitSeconds, workSeconds] = [submitted - begun, merged - submitted].map((ms) =>
    Number((ms / 1000).toFixed(2)),
  );
  console.log(
    JSON.stringify({ shards, workers, submitSeconds, workSeconds, jobsPerSecond: Math.round(shards / workSeconds!) }),
  );
}
