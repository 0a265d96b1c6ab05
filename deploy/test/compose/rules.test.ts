import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMPOSE_TEXT, EXAMPLE_ENV, freewayServices, networksOf, readComposeFile } from './compose-file.ts';
import { ROOT } from './image/build-context.ts';

const compose = readComposeFile(EXAMPLE_ENV);
const services = Object.entries(compose.services);

// They run once and end.
const ONE_SHOT = ['migrate', 'roles', 'freeway'];
const longLived = services.filter(([name]) => !ONE_SHOT.includes(name));

test('holds everything that the system is made of', () => {
  expect(services.map(([name]) => name).toSorted()).toEqual([
    'freeway',
    'gateway-1',
    'gateway-2',
    'grafana',
    'intake',
    'migrate',
    'mongodb',
    'nginx',
    'node-exporter',
    'postgres',
    'postgres-exporter',
    'prometheus',
    'rabbitmq',
    'redis',
    'relay',
    'roles',
    'sweeper',
    'worker-jit-funding',
    'worker-transaction',
    'worker-webhook',
  ]);
});

describe.each(services)('%s', (name, service) => {
  test('has an image of an exact version', () => {
    const tag = /:v?(\d+\.\d+\.\d+|18\.\d+)(-[a-z]+)*$/.exec(service.image);
    expect(tag, service.image).not.toBeNull();
  });

  test('is confined', () => {
    expect(service.read_only).toBe(true);
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.cap_add).toBeUndefined();
    expect(service.privileged).toBeUndefined();
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    // That of our own image is in its Dockerfile.
    if (!service.image.startsWith('freeway:')) expect(service.user).toMatch(/^(?!root|0\b)\w+$/);
  });

  test('has limits of processor, memory and processes', () => {
    const limits = service.deploy?.resources?.limits;
    expect(Number(limits?.cpus)).toBeGreaterThan(0);
    expect(limits?.memory).toMatch(/^\d+[MG]$/);
    expect(limits?.pids).toBeGreaterThan(0);
  });

  test('has a log that is rotated', () => {
    expect(service.logging?.driver).toBe('json-file');
    expect(service.logging?.options).toMatchObject({
      'max-size': expect.stringMatching(/^\d+m$/),
      'max-file': expect.stringMatching(/^\d+$/),
    });
  });

  test('is published on loopback only, by default', () => {
    for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  test('mounts files that exist, and cannot change them', () => {
    for (const { from, mode } of bindMounts(service.volumes)) {
      expect(mode).toBe('ro');
      // Made by make-secrets.mjs.
      if (!from.startsWith('./deploy/secrets')) expect(existsSync(join(ROOT, from)), from).toBe(true);
    }
  });

  test('has secrets as files, and no secret in a variable', () => {
    for (const [variable, value] of Object.entries(service.environment ?? {})) {
      const mayBeSecret = /PASS(WORD)?|SECRET|TOKEN|_UR[LI](_FILE)?$/.test(variable);
      // Where an exporter connects to, without a user.
      if (!mayBeSecret || value === null || variable === 'DATA_SOURCE_URI') continue;
      expect(`${variable}=${value}`).toMatch(/_FILE=\/run\/secrets\/[\w.]+$/);
    }
    for (const secret of service.secrets ?? []) expect(compose.secrets).toHaveProperty([secret]);
  });

  test('waits for what it needs until that is healthy, or done', () => {
    for (const [other, { condition }] of Object.entries(service.depends_on ?? {})) {
      const isDone = ONE_SHOT.includes(other);
      expect(condition).toBe(isDone ? 'service_completed_successfully' : 'service_healthy');
      expect(compose.services).toHaveProperty([other]);
      expect(sharesNetwork(name, other) || isDone, `${name} cannot reach ${other}`).toBe(true);
    }
  });
});

describe.each(longLived)('%s', (_, service) => {
  test('has a health check, and comes back when it ends', () => {
    expect(service.healthcheck?.test.length).toBeGreaterThan(1);
    expect(service.restart).toBe('unless-stopped');
  });
});

test.each(services.filter(([name]) => ONE_SHOT.includes(name)))('%s runs once', (_, service) => {
  expect(service.restart).toBe('no');
});

test('nobody waits for somebody who waits for them', () => {
  const waitsFor = (name: string, path: readonly string[]): void => {
    expect(path).not.toContain(name);
    for (const other of Object.keys(compose.services[name]?.depends_on ?? {})) waitsFor(other, [...path, name]);
  };
  for (const [name] of services) waitsFor(name, []);
});

test('each process of Freeway waits for the migrations', () => {
  for (const [name, service] of freewayServices(compose)) {
    if (!ONE_SHOT.includes(name)) expect(service.depends_on).toHaveProperty('roles');
  }
});

describe('networks', () => {
  test('are declared, and each is used', () => {
    const used = new Set(services.flatMap(([, service]) => networksOf(service)));
    expect([...used].toSorted()).toEqual(Object.keys(compose.networks).toSorted());
  });

  test('nginx alone is on the edge', () => {
    expect(servicesOn('edge')).toEqual(['nginx']);
  });

  test('stores are on networks without a way out; RabbitMQ has its page for operators', () => {
    const open = Object.keys(compose.networks).filter((name) => compose.networks[name]?.internal !== true);
    expect(open.toSorted()).toEqual(['edge', 'operators', 'outward']);
    const reached = services.filter(([, service]) => networksOf(service).some((name) => open.includes(name)));
    expect(reached.map(([name]) => name).toSorted()).toEqual([
      'freeway',
      'grafana',
      'nginx',
      'prometheus',
      'rabbitmq',
      'sweeper',
    ]);
    expect(servicesOn('stores')).not.toContain('nginx');
  });

  test('whom nginx proxies to keeps an address of its own', () => {
    const subnet = compose.networks['front']?.ipam?.config[0]?.subnet ?? '';
    expect(subnet).toMatch(/^(\d+\.){3}0\/24$/);
    const addresses = servicesOn('front')
      .filter((name) => name !== 'nginx')
      .map((name) => {
        const networks = compose.services[name]?.networks as Record<string, { ipv4_address?: string }>;
        return networks['front']?.ipv4_address ?? '';
      });
    expect(new Set(addresses).size).toBe(3);
    for (const address of addresses) expect(address.startsWith(subnet.replace('0/24', ''))).toBe(true);
  });

  test('a service that publishes a port is on one that can', () => {
    for (const [name, service] of services) {
      const canPublish = networksOf(service).some((network) => compose.networks[network]?.internal !== true);
      if (service.ports !== undefined) expect(canPublish, name).toBe(true);
    }
  });
});

test('named volumes are declared, and each is used once', () => {
  const used = services.flatMap(([, { volumes }]) => volumes ?? []).filter((volume) => /^\w+:/.test(volume));
  expect(used.map((volume) => volume.split(':')[0]).toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
});

test('durations have units', () => {
  const durations = COMPOSE_TEXT.matchAll(/\b(?:interval|timeout|start_period|start_interval):\s*(\S+)/g);
  for (const [, duration] of durations) expect(duration).toMatch(/^\d+(s|m)$/);
});

describe('secrets', () => {
  const folder = mkdtempSync(join(tmpdir(), 'freeway-secrets-'));
  const make = () =>
    execFileSync(process.execPath, [join(ROOT, 'deploy/make-secrets.mjs'), folder], {
      encoding: 'utf8',
      stdio: 'pipe',
    });
  make();
  const made = readdirSync(folder).filter((name) => name !== 'tls');
  // Read by people, or parts of another file.
  const notMounted = ['freeway_rabbitmq_password', 'operator_rabbitmq_password', 'redis_password'];

  test('are used, and made by make-secrets.mjs', () => {
    const used = new Set(services.flatMap(([, service]) => service.secrets ?? []));
    expect(Object.keys(compose.secrets).toSorted()).toEqual([...used].toSorted());
    expect(made.toSorted()).toEqual([...used, ...notMounted].toSorted());
    for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`./deploy/secrets/${name}`);
  });

  test('none is in the file', () => {
    for (const name of made) {
      const secret = readFileSync(join(folder, name), 'utf8').trim();
      if (secret !== '') expect(COMPOSE_TEXT).not.toContain(secret);
    }
    expect(COMPOSE_TEXT).not.toMatch(/:\/\/[^/\s:]+:[^@\s]+@/);
  });

  test('are never in the repository nor in an image', () => {
    expect(readFileSync(join(ROOT, '.gitignore'), 'utf8')).toMatch(/^deploy\/secrets\/$/m);
  });

  test('lie in a folder that is closed to others', () => {
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    rmSync(folder, { recursive: true });
  });
});

/** Mounts of files and folders of the repository; those of node-exporter are the machine itself. */
function bindMounts(volumes: readonly string[] = []): { from: string; mode: string | undefined }[] {
  return volumes
    .filter((volume) => volume.startsWith('./'))
    .map((volume) => volume.split(':'))
    .map(([from = '', , mode]) => ({ from, mode }));
}

function servicesOn(network: string): string[] {
  return services.filter(([, service]) => networksOf(service).includes(network)).map(([name]) => name);
}

function sharesNetwork(one: string, other: string): boolean {
  const [ours, theirs] = [one, other].map((name) => networksOf(compose.services[name]!));
  return ours?.some((network) => theirs?.includes(network)) ?? false;
}
