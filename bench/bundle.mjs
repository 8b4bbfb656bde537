import { isAbsolute } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Bundles our own runner from the sources as they are now, shaders inlined as in the package, into bench/dist. */
export async function bundleOwnRunner() {
  const { build, runnerImport } = await import('vite');
  const { module } = await runnerImport(here('../tools/shaders/plugin.ts'));
  await build({
    configFile: false,
    plugins: [module.shaders()],
    root: here('..'),
    logLevel: 'error',
    build: {
      target: 'es2022',
      minify: false,
      outDir: here('dist'),
      emptyOutDir: true,
      lib: {
        entry: { sppgpu: here('sppgpu.ts'), 'software-vulkan': here('../src/runtime/software-vulkan.node.ts') },
        formats: ['es'],
      },
      rolldownOptions: { external: (id) => !id.startsWith('.') && !isAbsolute(id) },
    },
  });
}

/**
 * Announces SwiftShader from npm in the environment, which child processes inherit.
 * @returns null, or one line that says why not
 */
export async function announceSwiftShader() {
  const { useSoftwareVulkan } = await import(pathToFileURL(here('dist/software-vulkan.js')).href);
  return useSoftwareVulkan();
}
