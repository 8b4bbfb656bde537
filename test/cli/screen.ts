import headless from '@xterm/headless';

/** What a terminal of 80 columns shows of bytes written to it: every line in one piece, also those that have scrolled out. */
export async function screenOf(bytes: string): Promise<string[]> {
  const terminal = new headless.Terminal({
    cols: 80,
    rows: 24,
    scrollback: 10_000,
    convertEol: true,
    allowProposedApi: true,
  });
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const { active } = terminal.buffer;
  const lines: string[] = [];
  for (let i = 0; i < active.length; i++) {
    const line = active.getLine(i)!;
    const text = line.translateToString(!active.getLine(i + 1)?.isWrapped);
    if (line.isWrapped) lines.push(lines.pop() + text);
    else lines.push(text);
  }
  terminal.dispose();
  return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
}
