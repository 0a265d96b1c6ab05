// The files as a container has them: nothing replaced, names as compose knows them, an unprivileged user, a root that cannot be
// written to. The kernel's namespaces stand in for the container.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSigned } from '../../src/nginx/certificates.ts';
import { giveTo, makeNginxHome } from '../../src/nginx/nginx-home.ts';
import { program } from './edge.ts';

const run = promisify(execFile);
const USER = 101;
const hasNamespaces =
  existsSync('/etc/nginx') && spawnSync('unshare', ['-mn', 'setpriv', '--reuid', `${USER}`, 'true']).status === 0;

/** In namespaces of its own, as root: mounts, then nginx as the user, then what a client sees. */
const SCRIPT = `set -eu
ip link set lo up
mount --bind "$FOLDER/hosts" /etc/hosts
mount --bind "$FOLDER/home" /etc/nginx
mount -t tmpfs -o mode=1777 tmpfs "$FOLDER/run"
mount -o remount,bind,ro /
access="$FOLDER/run/access.log" errors="$FOLDER/run/error.log"
install -o ${USER} /dev/null "$access"
install -o ${USER} /dev/null "$errors"
start() { setpriv --reuid ${USER} --regid ${USER} --clear-groups env NGINX_RUN="$FOLDER/run" NGINX_PROGRAM="$PROGRAM" sh /etc/nginx/freeway/start.sh "$@"; }
start >"$access" 2>"$errors" &
"$NODE" "$FOLDER/client.mjs"
start -t 2>&1 | grep -o 'syntax is ok'
nginx=$(cat "$FOLDER/run/nginx.pid")
grep -h '^Uid' "/proc/$nginx/status"
grep -h '^Max open files' "/proc/$nginx/limits"
kill -QUIT "$nginx"
wait
cat "$errors"
`;

const CLIENT = `
import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
for (let tries = 0; tries < 200; tries++) {
  if (await fetch('http://127.0.0.1:8082/alive').then((reply) => reply.ok, () => false)) break;
  await delay(50);
}
const ask = (port, method, path) => new Promise((resolve, reject) => request(
  { host: '127.0.0.1', port, method, path, rejectUnauthorized: false },
  (reply) => (reply.resume(), resolve(reply.statusCode)),
).on('error', reject).end());
console.log(await ask(8443, 'POST', '/v1/jit'), await ask(8443, 'POST', '/v1/webhooks/marqeta'), await ask(8443, 'GET', '/ready'), await ask(8444, 'GET', '/console/'));
`;

describe.skipIf(program === '')('the script that starts nginx', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'freeway-container-'));
    await chmod(folder, 0o755);
    await makeNginxHome(join(folder, 'home'), { server: await selfSigned(folder, 'localhost'), replace: {} });
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('names everything that is missing or wrong, as JSON, and exits with 2', async () => {
    const home = join(folder, 'empty');
    const env = {
      PATH: process.env['PATH'],
      NGINX_HOME: home,
      NGINX_RUN: '/proc/nowhere',
      NGINX_SERVER_NAMES: 'x; include /etc/passwd',
    };
    const failed = await run('sh', [join(folder, 'home/freeway/start.sh')], { env }).catch((error: unknown) => error);
    const { code, stderr } = failed as { code: number; stderr: string };
    expect(code).toBe(2);
    const lines = stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { level: string; msg: string });
    expect(lines.map(({ level }) => level)).toEqual(lines.map(() => 'fatal'));
    expect(lines.map(({ msg }) => msg)).toEqual([
      `${home}/nginx.conf cannot be read`,
      `${home}/freeway/problems.conf cannot be read`,
      `${home}/tls/server.crt cannot be read`,
      `${home}/tls/server.key cannot be read`,
      'NGINX_SERVER_NAMES may hold host names only, with spaces between',
      '/proc/nowhere cannot be made',
    ]);
  });

  it.skipIf(!hasNamespaces)('starts it on a root that cannot be written to, as a user without rights', async () => {
    await writeFile(join(folder, 'hosts'), '127.0.0.1 localhost gateway-1 gateway-2 intake\n');
    await writeFile(join(folder, 'client.mjs'), CLIENT);
    await mkdir(join(folder, 'run'));
    await giveTo(folder, USER);
    const env = { PATH: process.env['PATH'], FOLDER: folder, PROGRAM: program, NODE: process.execPath };
    const { stdout } = await run('unshare', ['-mn', 'sh', '-c', SCRIPT], { env });
    const [statuses, test, uids, files, ...errors] = stdout.trim().split('\n');
    expect(statuses).toBe('502 502 503 404');
    expect(test).toBe('syntax is ok');
    expect(uids?.split(/\s+/).slice(1)).toEqual(Array(4).fill(`${USER}`));
    const [, soft, hard] = /(\d+)\s+(\d+)/.exec(files ?? '') ?? [];
    expect(soft).toBe(hard);
    // nothing but gateways and intake that are not there, in whichever words this version of nginx has for it
    const expected =
      /Connection refused|auth request unexpected status: 502|while resolving|no live upstreams|deprecated/;
    expect(errors.filter((line) => !expected.test(line))).toEqual([]);
  });
});
