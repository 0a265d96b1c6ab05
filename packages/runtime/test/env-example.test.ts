import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { envExample, readSettings, SETTINGS } from '../src/index.ts';

const assignments = [...envExample().matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(
  ([, name = '', value = '']) => [name, value] as const,
);

describe('.env.example', () => {
  it('equals the catalogue; node packages/runtime/src/env-example.ts > .env.example', () => {
    expect(readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8')).toBe(envExample());
  });

  it('has every setting once and nothing else', () => {
    expect(assignments.map(([name]) => name)).toEqual(Object.keys(SETTINGS));
  });

  it('shows defaults that parse to themselves', () => {
    const shown = Object.fromEntries(assignments);
    for (const processName of ['relay', 'worker', 'sweeper', 'cli'] as const) {
      expect(readSettings(processName, shown)).toEqual(readSettings(processName, {}));
    }
  });

  it('leaves exactly what is required without a comment sign', () => {
    const open = [...envExample().matchAll(/^([A-Z][A-Z0-9_]*)=$/gm)].map(([, name]) => name);
    expect(open).toEqual([
      'JIT_BASIC_AUTH_USERNAME',
      'JIT_BASIC_AUTH_PASSWORD',
      'WEBHOOK_BASIC_AUTH_USERNAME',
      'WEBHOOK_BASIC_AUTH_PASSWORD',
    ]);
  });
});
