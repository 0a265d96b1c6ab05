import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, expectTypeOf, it } from 'vitest';
import { type Environment, type ProcessName, readSettings, SETTINGS, type Settings } from '../src/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'freeway-settings-'));
afterAll(() => rmSync(folder, { recursive: true }));

const CREDENTIALS = { JIT_BASIC_AUTH_USERNAME: 'marqeta', JIT_BASIC_AUTH_PASSWORD: 'Correct-Horse-Battery-1' };

function faultsOf(env: Environment, processName: ProcessName = 'gateway'): string[] {
  const result = readSettings(processName, env);
  return result.ok ? [] : [...result.faults];
}

function namesOf(faults: readonly string[]): string[] {
  return faults.map((fault) => fault.slice(0, fault.indexOf(':')));
}

function gateway(env: Environment = {}): Settings<'gateway'> {
  const result = readSettings('gateway', { ...CREDENTIALS, ...env });
  if (!result.ok) throw new Error(result.faults.join('\n'));
  return result.settings;
}

describe('defaults', () => {
  it('are what the catalogue says', () => {
    const settings = gateway();
    expect(settings.PORT).toBe(8080);
    expect(settings.MARQETA_TIMEOUT_MS - settings.NETWORK_ALLOWANCE_MS).toBe(2500);
    expect(settings.DATABASE_URL).toBeUndefined();
    expect(settings.ORIGINAL_CREDITS).toBe(false);
    expect(settings.LEDGER_UNAVAILABLE).toBe('error');
  });

  it('need nothing at all outside gateway and intake', () => {
    for (const name of ['relay', 'worker', 'sweeper', 'cli'] as const) expect(faultsOf({}, name)).toEqual([]);
  });

  it('hold when each is written out as text', () => {
    const written = Object.entries(SETTINGS).flatMap(([name, entry]) =>
      'default' in entry ? [[name, String(entry.default)]] : [],
    );
    expect(gateway(Object.fromEntries(written))).toEqual(gateway());
  });
});

describe('types', () => {
  it('come from the catalogue', () => {
    const settings = gateway();
    expectTypeOf(settings.PORT).toEqualTypeOf<number>();
    expectTypeOf(settings.LEDGER_UNAVAILABLE).toEqualTypeOf<'error' | 'decline'>();
    expectTypeOf(settings.DATABASE_URL).toEqualTypeOf<string | undefined>();
    expectTypeOf(settings.JIT_BASIC_AUTH_PASSWORD).toEqualTypeOf<string>();
    expectTypeOf(settings.REQUIRE_ACTIVE).toEqualTypeOf<boolean>();
    expectTypeOf<Settings<'relay'>['QUEUE_RETRY_DELAYS_MS']>().toEqualTypeOf<readonly number[]>();
    expectTypeOf<Settings<'relay'>>().not.toHaveProperty('JIT_BASIC_AUTH_PASSWORD');
    expect(settings).not.toHaveProperty('OUTBOX_POLL_MS');
  });
});

describe('faults', () => {
  it('name every faulty variable in one go', () => {
    const faults = faultsOf({
      JIT_BASIC_AUTH_PASSWORD: 'short',
      PORT: '80a',
      DATABASE_URL: 'mysql://localhost/x',
      LEDGER_UNAVAILABLE: 'maybe',
      REQUIRE_ACTIVE: 'yes',
      COMMIT_BATCH_MAX: '0',
    });
    expect(namesOf(faults).toSorted()).toEqual([
      'COMMIT_BATCH_MAX',
      'DATABASE_URL',
      'JIT_BASIC_AUTH_PASSWORD',
      'JIT_BASIC_AUTH_USERNAME',
      'LEDGER_UNAVAILABLE',
      'PORT',
      'REQUIRE_ACTIVE',
    ]);
  });

  it('never repeat a value, whatever variable it was put in', () => {
    const secret = 'hunter2 with spaces';
    for (const name of Object.keys(SETTINGS)) {
      const faults = faultsOf({ [name]: secret, [`${name}_FILE`]: secret });
      expect(faults.join('\n')).not.toContain('hunter2');
    }
  });

  it('treat an empty variable as unset', () => {
    expect(gateway({ PORT: '', REDIS_URL: '' })).toEqual(gateway());
    expect(namesOf(faultsOf({ ...CREDENTIALS, JIT_BASIC_AUTH_PASSWORD: '' }))).toEqual(['JIT_BASIC_AUTH_PASSWORD']);
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['PORT', ' 80'],
    ['MARQETA_TIMEOUT_MS', '999'],
    ['MARQETA_TIMEOUT_MS', '7001'],
    ['NETWORK_ALLOWANCE_MS', '0'],
    ['POSTGRES_POOL_MAX', '4'],
    ['ORIGINAL_CREDIT_MAX', '-5'],
    ['ORIGINAL_CREDIT_MAX', '0.00'],
    ['ORIGINAL_CREDIT_MAX', '1e3'],
    ['JIT_BASIC_AUTH_USERNAME', 'a:b'],
    ['JIT_BASIC_AUTH_USERNAME', 'x'.repeat(51)],
    ['JIT_BASIC_AUTH_PASSWORD', 'x'.repeat(19)],
    ['REDIS_URL', 'redis:6379'],
    ['REDIS_URL', 'redis://a b'],
    ['REDIS_URL', 'redis+sentinel://a:26379,b:26379'],
    ['REDIS_URL', 'redis+sentinel://a:26379,b:26379/?sentinel_password=x'],
    ['DATABASE_URL', 'postgres://a:1,,b:2/freeway'],
    ['DATABASE_URL', 'postgres://a:1,b:port/freeway'],
    ['DATABASE_URL', 'postgres://a:1,b:2/freeway?target_session_attrs=prefer-standby'],
    ['DATABASE_URL', 'postgres://a:1,b:2/freeway?target_session_attrs=primary&x=1&target_session_attrs=best'],
    ['MONGODB_URI', 'mongodb://a:x,b:1/db'],
  ])('refuse %s=%s', (name, value) => {
    expect(namesOf(faultsOf({ ...CREDENTIALS, [name]: value }))).toEqual([name]);
  });

  it.each([
    ['MONGODB_URI', 'mongodb://user:p%40ss,word@a:1,b:2,c:3/db?replicaSet=rs'],
    ['DATABASE_URL', 'postgres:///freeway?host=/var/run/postgresql'],
    ['DATABASE_URL', 'postgresql://u:p@h1:5432,h2:5432/freeway'],
    ['DATABASE_URL', 'postgres://u:p@h1:5432,h2:5432/freeway?target_session_attrs=read-write&sslmode=verify-full'],
    ['REDIS_URL', 'redis+sentinel://:p@h1:26379,h2:26379/mymaster/2?sentinel_password=x'],
    ['ORIGINAL_CREDIT_MAX', '2500.00'],
    ['PORT', '0'],
  ] as const)('accept %s=%s', (name, value) => {
    expect(String(gateway({ [name]: value })[name])).toBe(value);
  });

  it.each(['1000,10000', '1000,1000,60000', '3,2,1', '0,1,2', '1,2,x', '1,2,3,4'])('refuse retry delays %s', (text) => {
    expect(namesOf(faultsOf({ QUEUE_RETRY_DELAYS_MS: text }, 'worker'))).toEqual(['QUEUE_RETRY_DELAYS_MS']);
  });

  it('read three growing retry delays', () => {
    const result = readSettings('worker', { QUEUE_RETRY_DELAYS_MS: '5, 50,500' });
    expect(result.ok && result.settings.QUEUE_RETRY_DELAYS_MS).toEqual([5, 50, 500]);
  });
});

describe('relations', () => {
  it.each([
    // money.md *deadline*: refused at start if not below Marqeta's
    ['NETWORK_ALLOWANCE_MS', { MARQETA_TIMEOUT_MS: '1000', NETWORK_ALLOWANCE_MS: '1000' }],
    ['JIT_HEADER_NAME', { JIT_HEADER_NAME: 'x-gateway' }],
    ['JIT_HEADER_NAME', { JIT_HEADER_VALUE: 'value' }],
    ['JIT_BASIC_AUTH_USERNAME_NEXT', { JIT_BASIC_AUTH_USERNAME_NEXT: 'next' }],
    ['JIT_BASIC_AUTH_USERNAME_NEXT', { JIT_BASIC_AUTH_PASSWORD_NEXT: 'Correct-Horse-Battery-2' }],
    // money.md *unloads*: original credit with a maximum
    ['ORIGINAL_CREDIT_MAX', { ORIGINAL_CREDITS: 'true' }],
    ['COMMIT_QUEUE_MAX', { COMMIT_QUEUE_MAX: '63' }],
    ['SLOW_REQUEST_WARN_MS', { SLOW_REQUEST_WARN_MS: '100' }],
  ] as const)('%s is named when broken: %j', (name, env) => {
    expect(namesOf(faultsOf({ ...CREDENTIALS, ...env }))).toEqual([name]);
  });

  it('the Core API has its url and both tokens, or none of them', () => {
    const all = { CORE_API_URL: 'https://api/v3', CORE_API_APPLICATION_TOKEN: 'a', CORE_API_ADMIN_TOKEN: 'b' };
    expect(faultsOf(all, 'sweeper')).toEqual([]);
    for (const name of Object.keys(all))
      expect(namesOf(faultsOf({ ...all, [name]: '' }, 'sweeper'))).toEqual(['CORE_API_URL']);
  });

  it.each([
    ['WEBHOOK_BASIC_AUTH_USERNAME_NEXT', { WEBHOOK_BASIC_AUTH_USERNAME_NEXT: 'next' }],
    ['WEBHOOK_BASIC_AUTH_USERNAME_NEXT', { WEBHOOK_BASIC_AUTH_PASSWORD_NEXT: 'Correct-Horse-Battery-2' }],
    ['WEBHOOK_HEADER_NAME', { WEBHOOK_HEADER_VALUE: 'value' }],
    ['WEBHOOK_SIGNATURE_SECRET_NEXT', { WEBHOOK_SIGNATURE_SECRET_NEXT: 'Correct-Horse-Battery-2' }],
    // PROTOCOL 10.1: Marqeta waits 5 s
    ['WEBHOOK_PUBLISH_TIMEOUT_MS', { WEBHOOK_PUBLISH_TIMEOUT_MS: '2500', WEBHOOK_STORE_TIMEOUT_MS: '1001' }],
    ['WEBHOOK_SIGNATURE_ALGORITHMS', { WEBHOOK_SIGNATURE_ALGORITHMS: 'HMAC_MD_5' }],
    ['WEBHOOK_SIGNATURE_SECRET', { WEBHOOK_SIGNATURE_SECRET: 'short' }],
  ] as const)('of intake: %s is named when broken: %j', (name, env) => {
    const credentials = {
      WEBHOOK_BASIC_AUTH_USERNAME: 'marqeta',
      WEBHOOK_BASIC_AUTH_PASSWORD: 'Correct-Horse-Battery-1',
    };
    expect(faultsOf(credentials, 'intake')).toEqual([]);
    expect(namesOf(faultsOf({ ...credentials, ...env }, 'intake'))).toEqual([name]);
  });

  it('name the pool of MongoDB', () => {
    expect(namesOf(faultsOf({ MONGODB_POOL_MIN: '11' }, 'worker'))).toEqual(['MONGODB_POOL_MIN']);
  });

  it('hold when both sides are given', () => {
    expect(
      faultsOf({
        ...CREDENTIALS,
        MARQETA_TIMEOUT_MS: '1000',
        NETWORK_ALLOWANCE_MS: '999',
        JIT_HEADER_NAME: 'x-gateway',
        JIT_HEADER_VALUE: 'value',
        JIT_BASIC_AUTH_USERNAME_NEXT: 'next',
        JIT_BASIC_AUTH_PASSWORD_NEXT: 'Correct-Horse-Battery-2',
        ORIGINAL_CREDITS: 'true',
        ORIGINAL_CREDIT_MAX: '100',
      }),
    ).toEqual([]);
  });

  it('are not blamed on a variable whose partner is malformed', () => {
    const faults = faultsOf({ ...CREDENTIALS, MARQETA_TIMEOUT_MS: 'x', NETWORK_ALLOWANCE_MS: '5000' });
    expect(namesOf(faults)).toEqual(['MARQETA_TIMEOUT_MS']);
  });
});

/** What every secret and every URL of a process may be. */
function valuesOf(processName: ProcessName): Record<string, string> {
  const entries = Object.entries(SETTINGS).filter(([, entry]) =>
    (entry.processes as readonly string[]).includes(processName),
  );
  return Object.fromEntries(
    entries.flatMap(([name, entry]) => {
      if (entry.type === 'url') return [[name, `${entry.protocols[0]}//ada:hunter2@host/path`]];
      return entry.type === 'secret' ? [[name, `hunter2-and-more-for-${name}`]] : [];
    }),
  );
}

describe('secrets from files', () => {
  const path = join(folder, 'password');
  writeFileSync(path, 'From-A-File-Password-1\n');

  it('are read without the newline at the end', () => {
    const settings = gateway({ JIT_BASIC_AUTH_PASSWORD: undefined, JIT_BASIC_AUTH_PASSWORD_FILE: path });
    expect(settings.JIT_BASIC_AUTH_PASSWORD).toBe('From-A-File-Password-1');
  });

  it('are faulty when the file is missing, or the variable is set as well', () => {
    const missing = faultsOf({
      ...CREDENTIALS,
      JIT_BASIC_AUTH_PASSWORD: '',
      JIT_BASIC_AUTH_PASSWORD_FILE: `${path}.no`,
    });
    expect(missing).toEqual([expect.stringContaining('ENOENT')]);
    expect(namesOf(faultsOf({ ...CREDENTIALS, JIT_BASIC_AUTH_PASSWORD_FILE: path }))).toEqual([
      'JIT_BASIC_AUTH_PASSWORD',
    ]);
  });

  function filesOf(values: Record<string, string>, after: string): Record<string, string> {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        const own = join(folder, name);
        writeFileSync(own, value + after);
        return [`${name}_FILE`, own];
      }),
    );
  }
  const REST = {
    JIT_BASIC_AUTH_USERNAME: 'marqeta',
    JIT_BASIC_AUTH_USERNAME_NEXT: 'marqeta',
    WEBHOOK_BASIC_AUTH_USERNAME: 'marqeta',
    WEBHOOK_BASIC_AUTH_USERNAME_NEXT: 'marqeta',
    JIT_HEADER_NAME: 'x-jit',
    WEBHOOK_HEADER_NAME: 'x-webhook',
  };

  it.each(['gateway', 'intake', 'relay', 'worker', 'sweeper', 'cli'] as const)(
    'all of them may be, those of %s with their passwords too; a fault never prints one',
    (processName) => {
      const values = valuesOf(processName);
      for (const after of ['', '\n', '\r\n', '\n\n']) {
        const read = readSettings(processName, { ...REST, ...filesOf(values, after) });
        if (!read.ok) throw new Error(read.faults.join('\n'));
        expect(read.settings).toMatchObject(values);
      }
      const files = filesOf(values, '\n');
      const both = faultsOf({ ...REST, ...values, ...files }, processName);
      expect(namesOf(both)).toEqual(Object.keys(values));
      // An empty one would mean "without": without a signature, or with a database of our own.
      const empty = Object.fromEntries(Object.keys(values).map((name) => [name, '']));
      const emptied = faultsOf({ ...REST, ...filesOf(empty, '\n') }, processName);
      expect(emptied).toEqual(Object.keys(values).map((name) => `${name}: the file that ${name}_FILE names is empty`));
      const folders = Object.fromEntries(Object.keys(files).map((name) => [name, folder]));
      const unreadable = faultsOf({ ...REST, ...folders }, processName);
      expect(unreadable.every((fault) => fault.includes('cannot be read (EISDIR)'))).toBe(true);
      const wrong = Object.fromEntries(Object.keys(values).map((name) => [name, 'hunter2']));
      const refused = faultsOf({ ...REST, ...filesOf(wrong, '\n') }, processName);
      for (const faults of [both, emptied, unreadable, refused]) expect(faults.join('\n')).not.toContain('hunter2');
    },
  );

  it('are only for what may be secret', () => {
    expect(gateway({ PORT_FILE: path }).PORT).toBe(8080);
  });
});

describe('settingsOrExit', () => {
  it('prints every fault on stderr and exits with 2', () => {
    const program = join(import.meta.dirname, 'programs/settings.ts');
    const env = { PATH: process.env['PATH'], PORT: 'x', JIT_BASIC_AUTH_PASSWORD: 'hunter2' };
    const { status, stderr, stdout } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
    expect(status).toBe(2);
    expect(stdout).toBe('');
    for (const name of ['PORT', 'JIT_BASIC_AUTH_USERNAME', 'JIT_BASIC_AUTH_PASSWORD']) {
      expect(stderr).toMatch(new RegExp(`^  ${name}: `, 'm'));
    }
    expect(stderr).not.toContain('hunter2');
  });

  it('returns them when all is well', () => {
    const program = join(import.meta.dirname, 'programs/settings.ts');
    const env = { PATH: process.env['PATH'], ...CREDENTIALS, PORT: '9000' };
    const { status, stdout } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '9000\n']);
  });
});
