import { Pool } from 'undici';
import { type CoreApiOptions, createGet, type Get, unlike } from '../core-api-get.ts';
import { isObject, type WireObject } from '../read-member.ts';
import { checkCardProduct, fundedProduct } from './check-card-product.ts';
import { checkCommando, limitTokens } from './check-commando.ts';
import { checkFundingSource } from './check-funding-source.ts';
import { checkWebhooks } from './check-webhook.ts';
import { failed, type SetUpCheck, type SetUpExpected } from './set-up-check.ts';

/** What no API shows, and somebody at Marqeta must be asked (docs/go-live.md). */
export const QUESTIONS: readonly string[] = [
  'Are online refund authorizations switched on for the programme? Without them a refund comes as a clearing alone.',
  'Which account settles the programme, in which currencies, and when does it ask for money?',
  'Does the time limit of the network cap timeout_millis, should ours be above 3000?',
  'Which codes do transactions carry since the two for a timeout and an error of the gateway came (November 2025)?',
  'Does the programme know the decline reasons of 2026 (DECLINE_REASONS_2026)?',
  'From which addresses do requests and webhooks come, and who tells us when they change?',
  'Is a request for funding ever repeated, and are requests sent over HTTP/2 or kept-alive connections?',
  'Who sets up and changes Commando Mode, and who is told when it switches?',
  'What of advices, balance inquiries and account verifications reaches the gateway for this programme?',
  'Is the balance of every cardholder account at Marqeta zero on the day of the cut-over?',
];

/** PROTOCOL 12.1; the API gives ten card products at most. A programme has few of any of these. */
const PAGE_SIZE = 10;
const MOST_PAGES = 50;

/**
 * Reads how the programme is set up at Marqeta, and compares it with what this Freeway expects. Nothing is changed there.
 * @throws Fault when the API cannot be asked
 */
export async function checkSetUp(options: CoreApiOptions, expected: SetUpExpected): Promise<readonly SetUpCheck[]> {
  const { origin, pathname } = new URL(options.baseUrl);
  const pool = new Pool(origin, { connections: 2, pipelining: 1, connect: { timeout: options.timeoutMs } });
  const base = pathname.replace(/\/+$/, '');
  const get: Get = (path) => read(`${base}${path}`);
  const read = createGet(pool, options);
  try {
    const products = (await list(get, '/cardproducts')).map(fundedProduct).filter((each) => each !== undefined);
    const commando = await list(get, '/commandomodes');
    const sources = [...new Set(products.map(({ fundingSource }) => fundingSource))];
    const checks: SetUpCheck[] = products.flatMap(checkCardProduct);
    if (products.length === 0)
      checks.push(
        failed(
          'card products',
          'none is funded by Gateway JIT',
          'enable config.jit_funding.programgateway_funding_source',
        ),
      );
    for (const token of sources) {
      const source = await one(get, '/fundingsources/programgateway', token);
      const mode = commando.find((each) => each['program_gateway_funding_source_token'] === token);
      const limits = [];
      for (const limit of limitTokens(mode))
        limits.push({ token: limit, value: await one(get, '/velocitycontrols', limit) });
      checks.push(...checkFundingSource(token, source, expected), ...checkCommando({ token, mode, limits }, expected));
    }
    return [...checks, ...checkWebhooks(await list(get, '/webhooks'), expected)];
  } finally {
    await pool.destroy();
  }
}

async function one(get: Get, path: string, token: string): Promise<WireObject | undefined> {
  return (await get(`${path}/${encodeURIComponent(token)}`))?.value;
}

async function list(get: Get, path: string): Promise<readonly WireObject[]> {
  const all: WireObject[] = [];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found = await get(`${path}?count=${PAGE_SIZE}&start_index=${all.length}`);
    const data = found?.value['data'];
    if (!Array.isArray(data)) throw unlike('a page without data');
    all.push(...data.filter(isObject));
    if (found?.value['is_more'] !== true || data.length === 0) return all;
  }
  throw unlike('pages without end');
}
