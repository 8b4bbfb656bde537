import type { RunDetails } from '../report/types.js';
import type { Device } from '../runtime/device.js';
import { version } from './version.js';

/** The command as it was typed, for a report, without the address of a queue, which may hold a password. */
export function commandLine(): string {
  const quote = (word: string) => (/^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  const words = process.argv.slice(2).map((word, i, all) => {
    if (all[i - 1] === '--queue') return 'URL';
    return word.startsWith('--queue=') ? '--queue=URL' : quote(word);
  });
  return ['sppgpu', ...words].join(' ');
}

/** What a report says about how it was made. */
export function runDetailsOf(device: Device, command: string, seconds: number): RunDetails {
  return {
    command,
    adapter: device.info.name,
    software: device.info.software,
    seconds,
    versions: { sppgpu: version, node: process.versions.node },
  };
}
