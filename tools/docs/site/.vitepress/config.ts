import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

const pages = fileURLToPath(new URL('../pages/', import.meta.url));

const families = JSON.parse(readFileSync(`${pages}families.json`, 'utf8')) as { family: string; slug: string }[];
const titled = (folder: string) => readdirSync(pages + folder).filter((name) => name.endsWith('.md'));

/** The rooms of the API reference, in the order of a reader's way. */
const reference = JSON.parse(readFileSync(new URL('../reference.json', import.meta.url), 'utf8')) as object;

export default defineConfig({
  title: 'sppgpu',
  description: 'Tensors with gradients on WebGPU, and SPP-net: documentation',
  lang: 'en',
  srcDir: 'pages',
  outDir: '../../../dist/docs',
  cacheDir: '../../../.cache/vitepress',
  cleanUrls: false,
  metaChunk: true,
  vite: { build: { chunkSizeWarningLimit: 4000 } }, // the index of the search, which comes when one searches
  themeConfig: {
    search: {
      provider: 'local',
      options: {
        // Words, not code: half the time of the build would go into colours that no index shows.
        _render: (markdown, env, md) => md.render(markdown.replaceAll(/^```.*?^```$/gms, ''), env),
      },
    },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Guide', link: '/guide' },
      { text: 'API', link: '/api/index' },
      { text: 'Ops', link: '/op-table' },
      { text: 'Kernels', link: '/kernels' },
    ],
    sidebar: [
      {
        text: 'Use',
        items: [
          { text: 'Overview', link: '/overview' },
          { text: 'Guide', link: '/guide' },
          { text: 'Coming from PyTorch or TensorFlow.js', link: '/coming-from' },
          { text: 'The SPP op', link: '/spp' },
          { text: 'Detection', link: '/detection' },
          { text: 'The page', link: '/web' },
          { text: 'ONNX', link: '/onnx' },
          { text: 'Many machines', link: '/many-machines' },
          { text: 'Machine interface', link: '/machine-interface' },
        ],
      },
      {
        text: 'Ops and kernels',
        items: [
          { text: 'Ops: rules', link: '/ops' },
          { text: 'Op table', link: '/op-table' },
          {
            text: 'Kernels',
            link: '/kernels',
            collapsed: true,
            items: families.map(({ family, slug }) => ({ text: family, link: `/kernels/${slug}` })),
          },
          {
            text: 'Shaders',
            collapsed: true,
            items: titled('shaders').map((name) => ({ text: name.slice(0, -3), link: `/shaders/${name}` })),
          },
        ],
      },
      {
        text: 'API reference',
        items: Object.entries(reference).map(([name, text]) => ({ text, link: `/api/${name}` })),
      },
      {
        text: 'What was measured',
        items: [
          { text: 'Reproduction', link: '/reproduction' },
          { text: 'Benchmarks', link: '/benchmarks' },
          { text: 'Against other libraries', link: '/comparing' },
        ],
      },
      {
        text: 'Change it',
        items: [
          { text: 'Design', link: '/design' },
          { text: 'Contributing', link: '/contributing' },
          { text: 'Changelog', link: '/changelog' },
          { text: 'Licence', link: '/licence' },
        ],
      },
    ],
  },
});
