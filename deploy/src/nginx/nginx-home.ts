import { chown, cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Certificate } from './certificates.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface NginxHome {
  readonly server: Certificate;
  /** PEM of who signs the certificates of clients; absent: none is asked for. */
  readonly clientCa?: string | undefined;
  /** Addresses, ports and limits of the included files, and what stands there instead. */
  readonly replace: Readonly<Record<string, string>>;
}

/**
 * Makes what a container has in /etc/nginx: the repository's nginx.conf, byte for byte, and its included files, in which
 * nothing but what is named is replaced.
 */
export async function makeNginxHome(home: string, { server, clientCa, replace }: NginxHome): Promise<void> {
  await mkdir(join(home, 'tls'), { recursive: true });
  await cp(join(ROOT, 'nginx.conf'), join(home, 'nginx.conf'));
  await cp(join(ROOT, 'deploy/nginx'), join(home, 'freeway'), { recursive: true });
  await replaceIn(join(home, 'freeway'), replace);
  await writeFile(join(home, 'tls/server.crt'), server.cert);
  await writeFile(join(home, 'tls/server.key'), server.key, { mode: 0o600 });
  if (clientCa !== undefined) await writeFile(join(home, 'tls/client-ca.crt'), clientCa);
}

async function replaceIn(folder: string, replace: NginxHome['replace']): Promise<void> {
  const missing = new Set(Object.keys(replace));
  for (const name of await readdir(folder)) {
    if (!name.endsWith('.conf')) continue;
    let text = await readFile(join(folder, name), 'utf8');
    for (const [from, to] of Object.entries(replace)) {
      if (!text.includes(from)) continue;
      missing.delete(from);
      text = text.replaceAll(from, to);
    }
    await writeFile(join(folder, name), text);
  }
  if (missing.size > 0) throw new Error(`no included file has ${[...missing].join(', ')}`);
}

/** Gives a folder and all that is in it to a user. */
export async function giveTo(folder: string, uid: number): Promise<void> {
  await chown(folder, uid, uid);
  for (const entry of await readdir(folder, { recursive: true })) await chown(join(folder, entry), uid, uid);
}
