import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeRequest } from '../src/decode-request.ts';
import { encodeResponse } from '../src/encode-response.ts';
import { OPTIONS } from './requests.ts';

const folder = process.env['MARQETA_SAMPLES'];

function requestFiles(): string[] {
  if (folder === undefined) return [];
  return [folder, join(folder, 'synthetic')]
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).map((name) => join(path, name)))
    .filter((path) => /[/\\]request\.[^/\\]*\.json$/.test(path));
}

// Captured samples are not ours to publish: they are read from the folder that MARQETA_SAMPLES names.
describe.skipIf(folder === undefined)('captured requests (MARQETA_SAMPLES)', () => {
  test('the folder holds requests', () => {
    expect(requestFiles()).not.toEqual([]);
  });

  test.each(requestFiles())('%s', (path) => {
    const result = decodeRequest(readFileSync(path), OPTIONS);
    if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.detail}`);
    const { request, echo } = result;
    expect(request.amountFault).toBeUndefined();
    const { body } = encodeResponse(echo, { outcome: 'approve' }, { allow2026Reasons: false });
    const message = JSON.parse(readFileSync(path, 'utf8'));
    const { token, method, amount } = (message.gpa_order ?? message.gpa_order_unload).jit_funding;
    expect(JSON.parse(body).jit_funding).toMatchObject({ token, method, amount: Number(amount) });
  });
});
