import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Sites } from './sites.js';

/** A PostgreSQL server of one's own, at the server's place. */
export interface Postgres {
  readonly port: number;
  readonly password: string;
  stop(): void;
}

const ROOT = process.getuid?.() === 0;

/** @throws where none is installed */
export function startPostgres({ server, listen }: Sites): Postgres {
  const versions = readdirSync('/usr/lib/postgresql').sort((a, b) => Number(b) - Number(a));
  const bin = `/usr/lib/postgresql/${versions[0]}/bin`;
  const folder = mkdtempSync(join(tmpdir(), 'sppgpu-postgres-'));
  const password = randomBytes(12).toString('hex');
  writeFileSync(join(folder, 'password'), password, { mode: 0o644 });
  if (ROOT) {
    const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
    chownSync(folder, id('-u'), id('-g'));
  }
  /** The server refuses to run as root. */
  const run = (program: string, ...words: string[]): void => {
    const own = ROOT ? ['runuser', '-u', 'postgres', '--'] : [];
    const [first, ...rest] = [...server, ...own, join(bin, program), ...words] as [string, ...string[]];
    execFileSync(first, rest, { stdio: 'ignore', cwd: folder });
  };
  const data = join(folder, 'data');
  const port = 20_000 + Math.floor(10_000 * Math.random());
  run('initdb', '-D', data, '-U', 'sppgpu', `--pwfile=${join(folder, 'password')}`, '-A', 'scram-sha-256', '--no-sync');
  appendFileSync(join(data, 'pg_hba.conf'), 'host all all 10.77.0.0/16 scram-sha-256\n');
  const options = `-p ${port} -k ${data} -c fsync=off -c listen_addresses=${listen}`;
  run('pg_ctl', '-D', data, '-w', '-l', join(folder, 'log'), '-o', options, 'start');
  const stop = (): void => {
    try {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  return { port, password, stop };
}
