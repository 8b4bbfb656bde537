import { execFileSync } from 'node:child_process';
import { Link } from './link.js';

/** Places that stand for machines: one for the server, and workers that each reach it by a link of their own. */
export interface Sites {
  /** What stands before a command that runs at the server's place, or at a worker's. */
  readonly server: readonly string[];
  worker(index: number): readonly string[];
  /** Addresses at which the server listens. */
  readonly listen: string;
  /** The address at which a worker finds the server. */
  address(index: number, port: number): Promise<{ readonly host: string; readonly port: number }>;
  /** Cuts a worker's link: nothing comes through any more, and nobody is told. */
  cut(index: number): void;
  heal(index: number): void;
  close(): void;
}

const ip = (...words: string[]): void => void execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });

/** Network namespaces, joined by pairs of virtual cards. @throws where the system does not allow them */
export function namespaces(workers: number): Sites {
  const mark = `sppgpu${process.pid}`;
  const names = ['db', ...Array.from({ length: workers }, (_, i) => `w${i + 1}`)].map((name) => `${mark}-${name}`);
  const close = (): void => {
    for (const name of names) {
      try {
        ip('netns', 'del', name);
      } catch {
        // It was not made.
      }
    }
  };
  try {
    for (const name of names) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    for (let i = 1; i <= workers; i++) {
      const [here, there] = [`to-w${i}`, 'to-db'];
      ip('link', 'add', here, 'netns', names[0]!, 'type', 'veth', 'peer', 'name', there, 'netns', names[i]!);
      ip('-n', names[0]!, 'addr', 'add', `10.77.${i}.1/30`, 'dev', here);
      ip('-n', names[i]!, 'addr', 'add', `10.77.${i}.2/30`, 'dev', there);
      ip('-n', names[0]!, 'link', 'set', here, 'up');
      ip('-n', names[i]!, 'link', 'set', there, 'up');
    }
  } catch (error) {
    close();
    throw error;
  }
  const within = (name: string): string[] => ['ip', 'netns', 'exec', name];
  return {
    server: within(names[0]!),
    worker: (index) => within(names[index]!),
    listen: '*',
    address: async (index, port) => ({ host: `10.77.${index}.1`, port }),
    cut: (index) => ip('-n', names[0]!, 'link', 'set', `to-w${index}`, 'down'),
    heal: (index) => ip('-n', names[0]!, 'link', 'set', `to-w${index}`, 'up'),
    close,
  };
}

/** Where there are no namespaces: a proxy before the server for each worker, which can stop to pass anything on. */
export function proxies(workers: number): Sites {
  const links = Array.from({ length: workers }, () => new Link());
  return {
    server: [],
    worker: () => [],
    listen: '127.0.0.1',
    address: async (index, port) => ({ host: '127.0.0.1', port: await links[index - 1]!.to(port) }),
    cut: (index) => links[index - 1]!.cut(),
    heal: (index) => links[index - 1]!.heal(),
    close: () => {
      for (const link of links) link.close();
    },
  };
}
