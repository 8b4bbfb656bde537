/** Style sheets as text, see report.css. */
declare module '*.css?raw' {
  const text: string;
  export default text;
}
