/** What signals do: the first stops and saves, a second one ends at once, and `nohup` keeps its promise. */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { tempFolder } from '../io/temp-folder.js';

const path = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** Node with the sources: the hooks, which are for worker threads by themselves, are registered by hand. */
const hooks = new URL('../setup/typescript-hooks.mjs?hooks-thread', import.meta.url).href;
const register = `import { register } from 'node:module'; register(${JSON.stringify(hooks)});`;
const NODE = [process.execPath, '--import', `data:text/javascript,${encodeURIComponent(register)}`, path('endless.ts')];

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Runs the endless work, and what is to be done once it is ready. `kill` reaches the whole process group, as a terminal does. */
function endless(
  command: readonly string[],
  whenReady: (kill: (signal: NodeJS.Signals) => void, reader: { leave(): void }) => void,
): Promise<Ended> {
  const child = spawn(command[0]!, command.slice(1), { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  let ready = false;
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
    if (ready || !stderr.includes('ready')) return;
    ready = true;
    whenReady((signal) => process.kill(-child.pid!, signal), { leave: () => child.stdout.destroy() });
  });
  child.stdout.resume();
  return new Promise((resolve) => child.on('close', (code, signal) => resolve({ code, signal, stderr })));
}

const shell = (script: string): string[] => ['bash', '-c', script, 'bash', ...NODE];

describe.concurrent('a signal', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const)('%s stops, saves and ends with 130', async (name) => {
    const { code, stderr } = await endless(NODE, (kill) => kill(name));
    expect(stderr).toBe('ready\nsppgpu: stopping (Ctrl-C again to quit at once)\nsaved\n');
    expect(code).toBe(130);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('%s sent twice by one key press is one wish', async (name) => {
    const { code, stderr } = await endless(NODE, (kill) => {
      kill(name);
      setTimeout(kill, 100, name);
    });
    expect(stderr).toContain('saved');
    expect(code).toBe(130);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)('%s again, a second later, ends at once', async (name) => {
    const { code, signal, stderr } = await endless(NODE, (kill) => {
      kill(name);
      setTimeout(kill, 1000, name);
    });
    expect(stderr).not.toContain('saved');
    expect([code, signal]).toEqual([null, name === 'SIGQUIT' ? 'SIGTERM' : name]);
  });

  test('a terminal that closes sends SIGHUP more than once', async () => {
    const { code, stderr } = await endless(NODE, (kill) => {
      kill('SIGHUP');
      setTimeout(kill, 1000, 'SIGHUP');
    });
    expect(stderr).toContain('saved');
    expect(code).toBe(130);
  });

  test('ends work at once that cannot listen', async () => {
    const { signal, stderr } = await endless([...NODE, 'deaf'], (kill) => kill('SIGINT'));
    expect([signal, stderr]).toEqual(['SIGINT', 'ready\n']);
  });
});

describe.concurrent('SIGHUP is ignored', () => {
  test.each([
    ['under nohup', 'exec nohup "$@"'],
    ['where the shell ignores it', 'trap "" HUP; "$@"; exit $?'],
  ])('%s, and the next signal saves', async (_, script) => {
    const { code, stderr } = await endless(shell(script), (kill) => {
      kill('SIGHUP');
      setTimeout(kill, 300, 'SIGTERM');
    });
    const lines = stderr.split('\n').filter((line) => !line.startsWith('nohup:'));
    // The shell of the second case ends by the SIGTERM itself.
    expect(lines).toEqual(['ready', 'sppgpu: stopping (Ctrl-C again to quit at once)', 'saved', '']);
    expect([130, null]).toContain(code);
  });
});

/**
 * The exit code of the endless work, run by `command` on a terminal of its own, in a folder of its own. That terminal is
 * closed once it shows `ready`, or once a file of the folder does.
 */
async function closedTerminal(command: string, file?: string): Promise<{ folder: string; code: string }> {
  const folder = tempFolder();
  const read = (name: string): string =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name), 'utf8') : '';
  // The shell hands the signal on as an interactive one does, and stays to tell the code.
  const script = `trap 'kill -HUP "$work"' HUP; ${command} & work=$!; echo $work > pid; wait $work; wait $work; echo $? > code`;
  writeFileSync(join(folder, 'work.sh'), script);
  const program = `bash work.sh ${NODE.map((word) => `"${word}"`).join(' ')}`;
  const terminal = spawn('bash', ['-c', 'exec script --quiet --command "$PROGRAM" /dev/null'], {
    cwd: folder,
    env: { ...process.env, PROGRAM: program },
  });
  let shown = '';
  terminal.stdout.on('data', (chunk: Buffer) => {
    shown += chunk.toString();
  });
  await expect.poll(() => (file ? read(file) : shown), { timeout: 20_000 }).toContain('ready');
  terminal.kill('SIGKILL');
  const pid = Number(read('pid'));
  if (file) setTimeout(() => process.kill(pid, 'SIGTERM'), 500);
  await expect.poll(() => read('code'), { timeout: 20_000 }).not.toBe('');
  return { folder, code: read('code').trim() };
}

describe.runIf(existsSync('/proc/self/fd'))('a terminal is closed', () => {
  test('what worked on it saves and ends with 130, not by a crash of Node', async () => {
    expect((await closedTerminal('"$@"')).code).toBe('130');
  });

  test('what writes to nohup.out goes on, though the shell has not named nohup', async () => {
    const { folder, code } = await closedTerminal('env _=sh nohup "$@" < /dev/null', 'nohup.out');
    const lines = readFileSync(join(folder, 'nohup.out'), 'utf8').split('\n');
    expect(lines).toEqual(['ready', 'sppgpu: stopping (Ctrl-C again to quit at once)', 'saved', '']);
    expect(code).toBe('130');
  });
});

test('work that only prints stops when nobody reads', async () => {
  const { code, stderr } = await endless([...NODE, 'prints'], (_, reader) => reader.leave());
  expect(stderr).toBe('ready\n');
  expect(code).toBe(141);
});
