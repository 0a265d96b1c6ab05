import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type ProcessStat, readProcessStats } from '../../process-usage.ts';

/** The process below `root` that listens on this port of 127.0.0.1; undefined when there is none, or no /proc to see it in. */
export function findListener(root: number, port: number): number | undefined {
  const all = readProcessStats();
  if (all === undefined) return undefined;
  const socket = socketOf(readFileSync('/proc/net/tcp', 'utf8'), port);
  if (socket === undefined) return undefined;
  return descendantsOf(all, root).find((pid) => linksOf(pid).includes(`socket:[${socket}]`));
}

/** Whatever `root` has started, and what that has. */
export function descendantsOf(all: readonly ProcessStat[], root: number): readonly number[] {
  const found: number[] = [];
  for (let parents = new Set([root]); parents.size > 0;) {
    const children = all.filter(({ parent }) => parents.has(parent)).map(({ pid }) => pid);
    found.push(...children);
    parents = new Set(children);
  }
  return found;
}

const LISTEN = '0A';

/** proc(5) of the table: the inode of the socket that listens. Addresses are in hexadecimal, the last byte first. */
export function socketOf(table: string, port: number): string | undefined {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of table.split('\n')) {
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (local === address && state === LISTEN) return inode;
  }
  return undefined;
}

function linksOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).map((name) => readlink(`/proc/${pid}/fd/${name}`));
  } catch {
    // It ended since we listed, or it is not ours to look into.
    return [];
  }
}

function readlink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed since we listed.
    return '';
  }
}
