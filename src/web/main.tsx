import { render } from 'preact';
import { App } from './app.js';
import { engine } from './engine/client.js';
import { begin } from './state.js';

render(<App />, document.getElementById('app')!);
void begin();

// The site opens again without a network; while it is developed there is nothing to keep.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  navigator.serviceWorker.register('./service-worker.js').catch(() => undefined); // then it needs the network each time
}

// For a drill, in the console: loses the device, as a driver's reset does.
Object.assign(globalThis, { sppgpuDrill: async () => (await engine()).gpu.lose() });
