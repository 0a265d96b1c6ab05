// Numbers of nginx.conf that follow from settings of gateway and intake.
import { readSettings } from '@freeway/runtime';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const text = readFileSync(fileURLToPath(new URL('../../../nginx.conf', import.meta.url)), 'utf8');
/** What Marqeta waits for a webhook's answer (PROTOCOL 10.1). */
const WEBHOOK_WAIT_MS = 5000;

/** The body of `location = path { ... }`. */
function locationOf(path: string): string {
  const from = text.indexOf(`location = ${path} {`);
  return text.slice(from, text.indexOf('\n    }', from));
}

function numberOf(location: string, directive: string): number {
  const [, number, unit] = new RegExp(`\\b${directive} (\\d+)(ms|s)?;`).exec(location) ?? [];
  return Number(number) * (unit === 's' ? 1000 : 1);
}

function defaults<P extends 'gateway' | 'intake'>(process: P) {
  const secret = 'Your-20-characters-or-more-1';
  const read = readSettings(process, {
    JIT_BASIC_AUTH_USERNAME: 'marqeta',
    JIT_BASIC_AUTH_PASSWORD: secret,
    WEBHOOK_BASIC_AUTH_USERNAME: 'marqeta',
    WEBHOOK_BASIC_AUTH_PASSWORD: secret,
  });
  if (!read.ok) throw new Error(read.faults.join('; '));
  return read.settings;
}

describe('nginx.conf beside the default settings', () => {
  const [jit, webhooks] = [locationOf('/v1/jit'), locationOf('/v1/webhooks/marqeta')];

  it('lets bodies pass that gateway and intake take, and no longer ones', () => {
    for (const directive of ['client_max_body_size', 'client_body_buffer_size']) {
      expect(numberOf(jit, directive)).toBe(defaults('gateway').BODY_LIMIT_BYTES);
      expect(numberOf(webhooks, directive)).toBe(defaults('intake').WEBHOOK_BODY_LIMIT_BYTES);
    }
  });

  it('waits for a gateway until its deadline, also at the second try, and answers while Marqeta waits', () => {
    const { MARQETA_TIMEOUT_MS, NETWORK_ALLOWANCE_MS } = defaults('gateway');
    const [connectMs, readMs] = [numberOf(jit, 'proxy_connect_timeout'), numberOf(jit, 'proxy_read_timeout')];
    expect(readMs).toBeGreaterThan(MARQETA_TIMEOUT_MS - NETWORK_ALLOWANCE_MS);
    expect(connectMs + readMs).toBeLessThan(MARQETA_TIMEOUT_MS);
  });

  it('waits for intake until it has tried queue and database, and answers while Marqeta waits', () => {
    const { WEBHOOK_PUBLISH_TIMEOUT_MS, WEBHOOK_STORE_TIMEOUT_MS } = defaults('intake');
    const [connectMs, readMs] = [numberOf(webhooks, 'proxy_connect_timeout'), numberOf(webhooks, 'proxy_read_timeout')];
    expect(readMs).toBeGreaterThan(WEBHOOK_PUBLISH_TIMEOUT_MS + WEBHOOK_STORE_TIMEOUT_MS + 1000);
    expect(connectMs + readMs).toBeLessThan(WEBHOOK_WAIT_MS);
  });
});
