import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { adapter, notice, openDevice, reading, trouble, working } from './state.js';
import { BenchTab } from './tabs/bench/bench-tab.js';
import { ClassifyTab } from './tabs/classify/classify-tab.js';
import { KernelsTab } from './tabs/kernels/kernels-tab.js';
import { TeachTab } from './tabs/teach/teach-tab.js';
import { TrainTab } from './tabs/train/train-tab.js';
import { ProgressLine } from './ui/controls.js';
import { receiveFiles } from './ui/receive-files.js';
import { ThemeButton } from './ui/theme-button.js';
import { Words } from './ui/words.js';

const TABS = [
  { id: 'teach', label: 'Teach a detector', panel: TeachTab },
  { id: 'classify', label: 'Classify', panel: ClassifyTab },
  { id: 'train', label: 'Train', panel: TrainTab },
  { id: 'kernels', label: 'Kernels', panel: KernelsTab },
  { id: 'bench', label: 'Bench', panel: BenchTab },
] as const;

const tabOfAddress = (): number =>
  Math.max(
    0,
    TABS.findIndex(({ id }) => location.hash.startsWith(`#${id}`)),
  );

/** The page: a head, the tabs, and whatever is to be told. Each tab stays as it is left. */
export function App() {
  const current = useSignal(tabOfAddress());
  useEffect(() => {
    const follow = () => {
      const next = tabOfAddress();
      // News are of the tab that was in view; what went wrong stays until it is read.
      if (next !== current.value && notice.value?.kind === 'news') notice.value = null;
      current.value = next;
    };
    addEventListener('hashchange', follow);
    const forget = receiveFiles(() => TABS[current.value]!);
    return () => {
      removeEventListener('hashchange', follow);
      forget();
    };
  }, [current]);
  useEffect(() => {
    const show = () => {
      document
        .getElementById(`tab-${TABS[current.value]!.id}`)!
        .scrollIntoView({ block: 'nearest', inline: 'nearest' });
    };
    show();
    addEventListener('resize', show);
    return () => removeEventListener('resize', show);
  }, [current.value]);
  const choose = (index: number, focus = false): void => {
    const { id } = TABS[(index + TABS.length) % TABS.length]!;
    location.hash = id;
    if (focus) document.getElementById(`tab-${id}`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose(current.value + step, true);
  };
  return (
    <>
      <header class="top">
        <a class="mark" href="#teach">
          sppgpu
        </a>
        <div class="tabs" role="tablist" aria-label="What to do">
          {TABS.map(({ id, label }, index) => (
            <button
              key={id}
              type="button"
              role="tab"
              id={`tab-${id}`}
              aria-controls={`panel-${id}`}
              aria-selected={index === current.value}
              tabIndex={index === current.value ? 0 : -1}
              onClick={() => choose(index)}
              onKeyDown={onKeyDown}
            >
              {label}
            </button>
          ))}
        </div>
        <span class="adapter" title={adapter.value?.software ? 'shaders run on the CPU' : 'adapter'}>
          {adapter.value?.name ?? (trouble.value ? 'no GPU' : '…')}
        </span>
        <ThemeButton />
        <Working />
      </header>
      <Trouble />
      <Notice />
      <div class="notices">
        <ProgressLine progress={reading.value} />
      </div>
      <main>
        {TABS.map(({ id, panel: Panel }, index) => (
          <section
            key={id}
            id={`panel-${id}`}
            role="tabpanel"
            aria-labelledby={`tab-${id}`}
            hidden={index !== current.value}
          >
            <Panel />
          </section>
        ))}
      </main>
    </>
  );
}

/** Whatever takes longer is seen, also where it has no progress of its own to tell. */
function Working() {
  return (
    <div class={working.value > 0 ? 'working on' : 'working'} role="status">
      {working.value > 0 && <span class="visually-hidden">working…</span>}
    </div>
  );
}

/** What no tab can do without. */
function Trouble() {
  const told = trouble.value;
  return (
    <div class="notices" role="alert">
      {told && (
        <p class="notice error">
          <span>
            <Words text={told} />
          </span>
          {'gpu' in navigator && (
            <button type="button" class="quiet" onClick={openDevice}>
              Try again
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function Notice() {
  const told = notice.value;
  return (
    <div class="notices" role={told?.kind === 'error' ? 'alert' : 'status'}>
      {told && (
        <p class={`notice ${told.kind}`}>
          <span>
            <Words text={told.text} />
          </span>
          <button
            type="button"
            class="quiet"
            onClick={() => {
              notice.value = null;
            }}
          >
            Close
          </button>
        </p>
      )}
    </div>
  );
}
