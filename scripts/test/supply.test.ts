// What runs in production, and under which terms.
import { describe, expect, it } from 'vitest';
import { readAdvisories } from '../supply/advisories.ts';
import { faultsOfBill, makeBillOfMaterials } from '../supply/bill-of-materials.ts';
import { isPermissive, licenseFaults } from '../supply/licenses.ts';

describe('the bill of materials', { timeout: 200_000 }, () => {
  it('fits the schema, names what runs in production and nothing else, under permissive licences', async () => {
    const bill = makeBillOfMaterials();
    expect(await faultsOfBill(JSON.stringify(bill))).toBeUndefined();
    const names = bill.components.map(({ group, name }) => (group === undefined ? name : `${group}/${name}`));
    for (const name of ['fastify', 'postgres', 'pg-boss', 'mongodb', 'ioredis', 'rabbitmq-client', '@freeway/gateway'])
      expect(names).toContain(name);
    for (const name of [
      'vitest',
      'typescript',
      'prettier',
      'fast-check',
      'mongodb-memory-server-core',
      'autocannon',
      '@freeway/testkit',
    ])
      expect(names).not.toContain(name);
    expect(licenseFaults(bill.components)).toEqual([]);
  });

  it('is refused by the schema when it is not what it says', async () => {
    expect(await faultsOfBill('{"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"name":"x"}]}')).toContain(
      'type',
    );
  });
});

describe('licences', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['(MIT AND Zlib)', true],
    ['(MIT AND GPL-3.0-only)', false],
    ['AGPL-3.0-or-later', false],
    ['', false],
  ])('%s: %s', (expression, permissive) => expect(isPermissive(expression)).toBe(permissive));

  it('that nobody names are faults too', () => {
    const component = { name: 'x', version: '1.0.0', purl: 'pkg:npm/x@1.0.0' };
    expect(licenseFaults([component])).toEqual(['pkg:npm/x@1.0.0: no licence is named']);
    expect(licenseFaults([{ ...component, licenses: [{ license: { id: 'SSPL-1.0' } }] }])).toHaveLength(1);
  });
});

const run = (stdout: string, code = 0, stderr = '') => readAdvisories({ code, stdout, stderr });

describe('advisories', () => {
  it('are none only where the registry says so', () => {
    expect(run('{"advisories":{},"metadata":{"vulnerabilities":{"low":0}}}')).toEqual({
      status: 'known',
      advisories: [],
    });
    for (const silent of ['', '{}', '{"error":{"code":"ERR_PNPM_AUDIT_BAD_RESPONSE"}}', 'Error: responded with 405'])
      expect(run(silent, 0)).toMatchObject({ status: 'unknown' });
    expect(run('', 1, 'Error:\n  × The audit endpoint responded with 405')).toEqual({
      status: 'unknown',
      why: 'Error: The audit endpoint responded with 405',
    });
  });

  it('are told with what they are about', () => {
    const advisories = { 7: { module_name: 'x', severity: 'high', title: 'A hole', url: 'https://example.com/7' } };
    const report = { advisories, metadata: { vulnerabilities: { high: 1 } } };
    expect(run(JSON.stringify(report), 1)).toEqual({
      status: 'known',
      advisories: ['high  x: A hole https://example.com/7'],
    });
  });
});
