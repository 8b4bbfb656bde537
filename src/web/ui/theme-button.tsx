import { useSignal } from '@preact/signals';

/** Light or dark: as the system says, until somebody chooses. */
export function ThemeButton() {
  const dark = useSignal(matchMedia('(prefers-color-scheme: dark)').matches);
  return (
    <button
      type="button"
      class="quiet theme"
      aria-label={`Show the page ${dark.value ? 'light' : 'dark'}`}
      onClick={() => {
        dark.value = !dark.value;
        document.documentElement.dataset.theme = dark.value ? 'dark' : 'light';
      }}
    >
      {dark.value ? '☀' : '☾'}
    </button>
  );
}
