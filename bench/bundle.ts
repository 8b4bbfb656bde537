import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * Bundles the runners, and the process around each, from the sources as they are now. The bundles lie beside the packages
 * of the peers, which they import.
 */
export async function bundleRunners(): Promise<void> {
  const { build, runnerImport } = await import('vite');
  const { module } = await runnerImport<{ sourcePlugins(): Plugin[] }>(here('../tools/plugins.ts'));
  await build({
    configFile: false,
    plugins: module.sourcePlugins(),
    root: here('..'),
    logLevel: 'error',
    build: {
      target: 'es2022',
      minify: false,
      outDir: here('peers/dist'),
      emptyOutDir: true,
      lib: {
        entry: {
          child: here('child.ts'),
          sppgpu: here('sppgpu.ts'),
          tfjs: here('peers/tfjs.ts'),
          'tfjs-wasm': here('peers/tfjs-wasm.ts'),
          jax: here('peers/jax.ts'),
          'jax-wasm': here('peers/jax-wasm.ts'),
          ort: here('peers/ort.ts'),
          'software-vulkan': here('../src/runtime/software-vulkan.node.ts'),
        },
        formats: ['es'],
      },
      rolldownOptions: { external: (id: string) => !id.startsWith('.') && !isAbsolute(id) },
    },
  });
}

/**
 * Announces SwiftShader from npm in the environment, which child processes inherit.
 * @returns null, or one line that says why not
 */
export async function announceSwiftShader(): Promise<string | null> {
  const { useSoftwareVulkan } = (await import(
    /* @vite-ignore */ pathToFileURL(here('peers/dist/software-vulkan.js')).href
  )) as {
    useSoftwareVulkan(): Promise<string | null>;
  };
  return useSoftwareVulkan();
}
