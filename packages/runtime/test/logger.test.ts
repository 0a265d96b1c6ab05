import { describe, expect, it } from 'vitest';
import { createLogger, createRateLimitedLog, type Logger, redactText } from '../src/index.ts';

function captured(): { logger: Logger; text: () => string; lines: () => Record<string, unknown>[] } {
  let text = '';
  const logger = createLogger({
    process: 'gateway',
    level: 'trace',
    destination: { write: (line) => void (text += line) },
  });
  const lines = (): Record<string, unknown>[] =>
    text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger, text: () => text, lines };
}

/** Everything that must never be found in the log, whole or in part. */
const FORBIDDEN = /hunter2|4111|Lovelace|Ada|12 Byron St|ada@|s3cr3t/;

const NASTY = {
  headers: { authorization: 'Basic bWFycWV0YTpodW50ZXIy', Authorization: 'hunter2', cookie: 'sid=hunter2' },
  'proxy-authorization': 'hunter2',
  deep: [{ er: { and: [{ deeper: { password: 'hunter2', PASSWORD: 'hunter2', basic_auth_password: 'hunter2' } }] } }],
  jitHeaderValue: 'hunter2',
  clientSecret: 'hunter2',
  card: { pan: '4111111111111111', cvv: '411', cvv2: 4111, PAN: 4111111111111111, maskedPan: '411111xxxxxx1111' },
  last: 'paid with 4111 1111 1111 1111 today',
  unnamed: 4111111111111111,
  cardholder: { first_name: 'Ada', lastName: 'Lovelace', address1: '12 Byron St', homeAddress: { a: 'Lovelace' } },
  name_on_card: 'Ada Lovelace',
  contact: 'write to ada@example.com',
  email: 'ada@example.com',
  url: 'postgres://freeway:hunter2@db:5432/freeway',
  unencoded: 'amqp://user:hun/ter@hunter2@mq:5672',
  body: '{"token":"hunter2"}',
  request_body: { hunter2: 'hunter2' },
  rawPayload: 'hunter2',
  parameters: ['hunter2'],
};

describe('redaction', () => {
  it('holds at any depth, in fields, child bindings and set bindings', () => {
    const { logger, text, lines } = captured();
    logger.info(NASTY, 'nasty');
    logger.child({ nasty: NASTY }).info('bound');
    const child = logger.child({});
    child.setBindings({ nasty: { again: [NASTY] } });
    child.info('set');
    logger.child({ kept: 1 }, { serializers: { req: () => NASTY } }).info({ req: {} }, 'serialised');
    expect(text()).not.toMatch(FORBIDDEN);
    expect(lines()).toHaveLength(4);
    expect(lines()[0]).toMatchObject({
      url: 'postgres://[redacted]@db:5432/freeway',
      last: 'paid with [redacted] today',
    });
  });

  it('holds in messages and what is printed into them', () => {
    const { logger, text, lines } = captured();
    logger.info('connecting to redis://:hunter2@cache:6379/0');
    logger.info('password=hunter2 and "cvv": "411" and secret: \'hunter2\'');
    logger.info('got %o and %j and %s', NASTY, NASTY, { password: 'hunter2' });
    logger.info({ a: 1 }, 'failed: %s', new Error('postgres://u:hunter2@db/x'));
    logger.info('payload: {"pan":"4111111111111111","first_name":"Ada"}');
    logger.info(JSON.stringify({ inner: JSON.stringify(NASTY) }));
    logger.info('Authorization: Basic aHVudGVyMg==');
    logger.info('host: a password: correct hunter2 battery');
    logger.info("{ headers: { cookie: 'hunter2' }, body: { a: 'hunter2' } }");
    logger.info('sent Bearer s3cr3ts3cr3ts3cr3t');
    expect(text()).not.toMatch(FORBIDDEN);
    expect(text()).not.toContain('aHVudGVyMg');
    expect(lines()[2]).toMatchObject({ msg: "got '[object]' and '[object]' and [object]" });
  });

  it('holds for errors, their causes, and what drivers hang on them', () => {
    const { logger, text, lines } = captured();
    const root = Object.assign(new Error('connect postgres://u:hunter2@db/x'), {
      code: 'ECONNREFUSED',
      password: 'hunter2',
    });
    const error = Object.assign(new Error('no ledger', { cause: root }), {
      code: '57P01',
      query: "insert into x values ('hunter2')",
      parameters: ['hunter2'],
      options: { deep: NASTY },
    });
    logger.error(error);
    logger.error({ err: error }, 'with text');
    logger.error({ error, reason: error, other: error }, 'under other names');
    logger.error(new AggregateError([error, new Error('second ada@example.com')], 'both'));
    expect(text()).not.toMatch(FORBIDDEN);
    expect(lines()[0]).toMatchObject({
      level: 'error',
      msg: 'no ledger',
      err: {
        type: 'Error',
        code: '57P01',
        cause: { code: 'ECONNREFUSED', message: 'connect postgres://[redacted]@db/x' },
      },
    });
    expect(lines()[2]).toMatchObject({ other: { message: 'no ledger' } });
    expect(lines()[3]).toMatchObject({ err: { errors: [{ message: 'no ledger' }, { message: 'second [redacted]' }] } });
  });

  it('survives loops, getters that throw, and what JSON cannot hold', () => {
    const { logger, text, lines } = captured();
    const loop: Record<string, unknown> = { password: 'hunter2' };
    loop['self'] = loop;
    const causeLoop = new Error('hunter');
    causeLoop.cause = causeLoop;
    logger.info({ loop }, 'loop');
    logger.error(causeLoop);
    logger.info({ big: 12345678901234567890n, undef: undefined, fn: () => 'hunter2', map: new Map([['a', 1]]) }, 'odd');
    logger.info({ thrown: 'hunter2 is not here'.slice(8) });
    logger.info(null, 'null');
    expect(text()).not.toMatch(FORBIDDEN);
    expect(lines()).toHaveLength(5);
    expect(text()).toContain('"big":12345678901234567890');
  });

  it('leaves what an operator needs', () => {
    const { logger, lines } = captured();
    const useful = {
      card_token: '11111111-2222-4333-8444-555555555555',
      transactionToken: 'a1b2',
      amount_minor: '1234',
      authorization_expiration: '2026-01-01T00:00:00Z',
      decline_reason: 'insufficient_funds',
      stages_ms: { decode: 0.1 },
      time_span: 5,
      company: 'x',
      process_class_name: 'y',
      remoteAddress: '127.0.0.1',
      epoch: 1767225600000,
      not_luhn: '4111111111111112',
      body_limit_bytes: 262144,
    };
    logger.info(useful, 'kept');
    expect(lines()[0]).toMatchObject(useful);
  });

  it('drops a line that it cannot read', () => {
    const { logger, text, lines } = captured();
    logger
      .child({}, { serializers: { raw: () => ({ toJSON: () => undefined }) } })
      .info({ raw: 1, a: 'hunter2'.slice(6) });
    expect(text()).not.toMatch(FORBIDDEN);
    expect(lines()).toHaveLength(1);
  });

  it('cuts texts that are too long for a message', () => {
    expect(redactText('x'.repeat(20_000)).length).toBeLessThan(8300);
  });

  it('takes a quoted value whole, whatever names stand in it', () => {
    expect(redactText('password="a, secret=b, c" ok=1')).toBe('password=[redacted] ok=1');
  });

  it('leaves the paths of a stack trace', () => {
    const frame = 'at run (file:///srv/node_modules/.pnpm/pino@10.4.0/node_modules/pino/lib/proto.js:1:2)';
    expect(redactText(frame)).toBe(frame);
  });
});

describe('lines', () => {
  it('are JSON with a level by name, the process and an ISO time', () => {
    const { logger, lines } = captured();
    logger.warn({ queue: 'q' }, 'growing');
    expect(lines()).toEqual([
      {
        level: 'warn',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
        process: 'gateway',
        pid: process.pid,
        queue: 'q',
        msg: 'growing',
      },
    ]);
  });

  it('respect the level', () => {
    let text = '';
    const logger = createLogger({
      process: 'x',
      level: 'error',
      destination: { write: (line) => void (text += line) },
    });
    logger.warn('no');
    logger.error('yes');
    expect(text.split('\n')).toHaveLength(2);
  });
});

describe('createRateLimitedLog', () => {
  it('logs the first of a key, counts the rest, and says how many with the next', () => {
    const { logger, lines } = captured();
    let now = 0;
    const log = createRateLimitedLog(logger, () => now);
    log('slow', 1000, 'warn', { n: 1 }, 'slow');
    log('slow', 1000, 'warn', { n: 2 }, 'slow');
    log('other', 1000, 'error', { n: 3 }, 'other');
    now = 999;
    log('slow', 1000, 'warn', { n: 4 }, 'slow');
    now = 1000;
    log('slow', 1000, 'warn', { n: 5 }, 'slow');
    log('slow', 1000, 'warn', { n: 6 }, 'slow');
    expect(lines().map(({ n, suppressed, level }) => [n, suppressed, level])).toEqual([
      [1, 0, 'warn'],
      [3, 0, 'error'],
      [5, 2, 'warn'],
    ]);
  });
});
