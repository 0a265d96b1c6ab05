import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSecretMatch } from '../src/http/secret-match.ts';

const text = fc.oneof(
  fc.string({ maxLength: 6, unit: fc.constantFrom('a', 'b', '\0', 'é', '€', '😀') }),
  fc.string({ maxLength: 40 }),
);

it('a text matches when it is one of the secrets, and only then', () => {
  let matches = 0;
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 3 }), fc.array(text, { maxLength: 5 }), (secrets, others) => {
      const isSecret = createSecretMatch(secrets);
      for (const each of [...secrets, ...others, ...secrets.map((secret) => `${secret}\0`), ...others]) {
        if (secrets.includes(each)) matches += 1;
        expect(isSecret(each)).toBe(secrets.includes(each));
      }
    }),
    { numRuns: 2000 },
  );
  expect(matches).toBeGreaterThan(2000);
});

it.each(['ab\0', 'ab\0\0', 'abé', 'ab😀', 'abc', 'a', ''])('what only begins like a secret is none: %j', (given) => {
  expect(createSecretMatch(['ab', 'x'])(given)).toBe(false);
});
