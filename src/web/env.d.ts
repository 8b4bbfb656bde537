/** What Vite tells the page of its build. */
interface ImportMeta {
  readonly env: { readonly PROD: boolean };
}
