// A container that is made anew may have another address under the same name.
import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { startFakeNameServer } from '../../src/nginx/fake-name-server.ts';
import { saysOk, startFakeUpstream } from '../../src/nginx/fake-upstream.ts';
import { post } from '../../src/nginx/https-client.ts';
import { startNginx } from '../../src/nginx/start-nginx.ts';
import { JIT, program } from './edge.ts';

/** nginx follows names since 1.27.3. */
function follows(): boolean {
  const [, ...parts] = /nginx\/(\d+)\.(\d+)\.(\d+)/.exec(spawnSync(program, ['-v']).stderr?.toString() ?? '') ?? [];
  const [major = 0, minor = 0, patch = 0] = parts.map(Number);
  return major * 1e6 + minor * 1e3 + patch >= 1_027_003;
}

describe.skipIf(program === '')('names of upstreams', () => {
  it('are followed to another address, as far as this nginx can; else they are those of its start', async () => {
    const names = await startFakeNameServer();
    const before = await startFakeUpstream(saysOk);
    const port = Number(before.address.split(':')[1]);
    const after = await startFakeUpstream(saysOk, port, '127.0.0.2');
    names.set('gateway-1.test', '127.0.0.1');
    // Without a resolver that nginx can ask, a name must be known to the machine.
    const [gateway, resolver] = follows() ? [`gateway-1.test:${port}`, names.address] : [`localhost:${port}`, ''];
    const nginx = await startNginx({ program, gateways: [gateway, gateway], intake: before.address, resolver });
    try {
      const copied = await readFile(join(nginx.runFolder, 'gateways.conf'), 'utf8');
      expect(copied).toContain(`server ${gateway} max_fails=3 fail_timeout=1s${follows() ? ' resolve' : ''};`);
      const ask = async () => (await post(nginx.ports.edge, JIT, '{}')).status;
      await vi.waitFor(async () => expect(await ask()).toBe(200), { timeout: 10_000 });
      expect(before.arrivals.length).toBeGreaterThan(0);
      names.set('gateway-1.test', '127.0.0.2');
      if (follows())
        await vi.waitFor(async () => (await ask(), expect(after.arrivals).not.toEqual([])), { timeout: 20_000 });
      else expect(await ask()).toBe(200);
    } finally {
      names.close();
      await nginx.stop();
      await Promise.all([before.close(), after.close()]);
    }
  });
});
