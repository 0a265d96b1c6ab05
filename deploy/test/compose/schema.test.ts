import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { COMPOSE_TEXT, EXAMPLE_ENV, interpolate, readComposeFile } from './compose-file.ts';

function compile(): (document: unknown) => readonly string[] {
  const ajv = new Ajv({ strict: false, allErrors: true });
  const schema = JSON.parse(readFileSync(new URL('./compose-spec.json', import.meta.url), 'utf8')) as object;
  // The key names the dialect by a URL that ajv does not know under https.
  const validate = ajv.compile({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' });
  return (document) => (validate(document) ? [] : (validate.errors ?? []).map((e) => `${e.instancePath} ${e.message}`));
}

const problemsOf = compile();
const valid = () => structuredClone(readComposeFile(EXAMPLE_ENV)) as unknown as Record<string, any>;

describe('docker-compose.yml', () => {
  test('is what the Compose specification asks for', () => {
    expect(problemsOf(valid())).toEqual([]);
  });

  test('also before variables are put in, with its extensions', () => {
    const document = parse(COMPOSE_TEXT, { merge: true }) as Record<string, any>;
    expect(problemsOf(document)).toEqual([]);
  });

  test.each<[string, (document: Record<string, any>) => void]>([
    ['a key that there is not', (document) => (document['services'].redis.restarts = 'always')],
    ['an unknown part', (document) => (document['service'] = {})],
    ['a list where a text belongs', (document) => (document['services'].redis.image = ['redis'])],
    ['a condition that there is not', (document) => (document['services'].relay.depends_on.postgres.condition = 'up')],
    ['limits outside of deploy', (document) => (document['services'].redis.resources = {})],
  ])('would not be with %s', (_, spoil) => {
    const document = valid();
    spoil(document);
    expect(problemsOf(document)).not.toEqual([]);
  });
});

describe('variables', () => {
  test('have defaults, or are in the example of .env', () => {
    expect(() => readComposeFile(EXAMPLE_ENV)).not.toThrow();
  });

  test.each(['JIT_BASIC_AUTH_USERNAME', 'WEBHOOK_BASIC_AUTH_USERNAME'])('%s is asked for', (name) => {
    expect(() => readComposeFile({ ...EXAMPLE_ENV, [name]: '' })).toThrow(`${name}: is missing in .env`);
  });

  test('are put in as docker compose does it', () => {
    const variables = { A: 'one', EMPTY: '' };
    expect(interpolate('${A} ${B} ${B:-two} ${A:-two} ${EMPTY:-three} $$x', variables)).toBe('one  two one three $x');
    expect(() => interpolate('${B:?is missing}', variables)).toThrow('B: is missing');
    expect(() => interpolate('$A', variables)).toThrow('not understood');
  });

  test('of the example are all read by the file, and all that it reads are in the example', () => {
    const example = readFileSync(new URL('../../compose.env.example', import.meta.url), 'utf8');
    const offered = [...example.matchAll(/^#?([A-Z_]+)=/gm)].map((match) => match[1]);
    const read = new Set([...COMPOSE_TEXT.matchAll(/\$\{(\w+)/g)].map((match) => match[1]));
    // Files of secrets that need not be are handed on by their names.
    const handedOn = [...COMPOSE_TEXT.matchAll(/^ +([A-Z_]+_FILE):$/gm)].map((match) => match[1]);
    expect(offered.toSorted()).toEqual([...new Set([...read, ...handedOn])].toSorted());
  });

  test('have the defaults that the example shows', () => {
    const example = readFileSync(new URL('../../compose.env.example', import.meta.url), 'utf8');
    const shown = new Map([...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map((match) => [match[1], match[2]]));
    const defaults = [...COMPOSE_TEXT.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map((match) => [match[1], match[2]] as const);
    expect(defaults.filter(([name, value]) => shown.get(name) !== value)).toEqual([]);
  });
});
