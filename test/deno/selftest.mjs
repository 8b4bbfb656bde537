// The self-test on a third implementation of WebGPU: wgpu, in Deno. `.ci/run` starts it and chooses the Vulkan driver.
import { createDevice, runSelftest } from '../../dist/index.js';

const { Deno } = globalThis;
const device = await createDevice();
console.log(`Deno ${Deno.version.deno} on ${device.info.name}`);
const { ok, rows } = await runSelftest(device);
const wrong = rows.filter((row) => !row.ok);
for (const { op, case: name, message } of wrong) console.log(`${op}, ${name}: ${message}`);
console.log(`${rows.length - wrong.length} of ${rows.length} cases agree`);
device.dispose();
Deno.exit(ok ? 0 : 1);
