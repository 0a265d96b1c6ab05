import { execFileSync, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

/** The unprivileged user a server runs as when we are root, because PostgreSQL refuses to be root. */
export type ServerAccount = { readonly uid: number; readonly gid: number };

/** Undefined when we are not root: then the server runs as ourselves. An existing cluster keeps its owner. */
export function serverAccount(clusterFolder: string): ServerAccount | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return accountOf('postgres') ?? accountOf('nobody');
}

function accountOf(name: string): ServerAccount | undefined {
  const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}

/** Whether that user may enter the folder. Asked of the system, which knows about modes, groups, ACLs and mounts. */
export function canEnter(account: ServerAccount | undefined, folder: string): boolean {
  return spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...account, cwd: '/' }).status === 0;
}
