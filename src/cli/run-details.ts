import type { RunDetails } from '../report/types.js';
import type { Device } from '../runtime/device.js';
import { version } from './version.js';

/** The command as it was typed, for a report. */
export function commandLine(): string {
  const quote = (word: string) => (/^[\w@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
  return ['sppgpu', ...process.argv.slice(2).map(quote)].join(' ');
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
