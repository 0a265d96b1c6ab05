import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

type Members = Record<string, any>;

/** What Marqeta's Core API shows of a programme, in its words (PROTOCOL 2, 9.1, 10.6). Tests change it. */
export interface ProgrammeAtMarqeta {
  readonly url: string;
  products: Members[];
  sources: Record<string, Members>;
  webhooks: Members[];
  modes: Members[];
  limits: Record<string, Members>;
  stop(): Promise<void>;
}

export const TOKENS = { application: 'application-token-1', admin: 'admin-token-1' };
const AUTHORIZATION = `Basic ${Buffer.from(`${TOKENS.application}:${TOKENS.admin}`).toString('base64')}`;
const BASE = '/v3/';

/** Marqeta's own cannot be reached from here: this one answers in its words, one page of two at a time. */
export async function serveProgramme(set: {
  readonly gatewayUrl: string;
  readonly webhookUrl: string;
}): Promise<ProgrammeAtMarqeta> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://platform');
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    };
    if (request.headers.authorization !== AUTHORIZATION || request.method !== 'GET')
      return answer(401, { error_code: '401001' });
    const path = url.pathname.slice(BASE.length);
    const lists: Record<string, Members[]> = {
      cardproducts: programme.products,
      webhooks: programme.webhooks,
      commandomodes: programme.modes,
    };
    const list = lists[path];
    if (list !== undefined) {
      const from = Number(url.searchParams.get('start_index') ?? 0);
      const data = list.slice(from, from + 2);
      return answer(200, { count: data.length, start_index: from, is_more: from + 2 < list.length, data });
    }
    const one = {
      ...prefixed('fundingsources/programgateway/', programme.sources),
      ...prefixed('velocitycontrols/', programme.limits),
    }[path];
    return one === undefined ? answer(404, { error_code: '404001' }) : answer(200, one);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const programme: ProgrammeAtMarqeta = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3`,
    ...asItMustBe(set),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return programme;
}

function prefixed(prefix: string, members: Record<string, Members>): Record<string, Members> {
  return Object.fromEntries(Object.entries(members).map(([token, value]) => [prefix + token, value]));
}

const jit = (enabled: boolean) => ({
  programgateway_funding_source: {
    enabled,
    funding_source_token: 'pgfs_1',
    refunds_destination: 'GATEWAY',
    always_fund: true,
  },
});

const product = (token: string, enabled: boolean): Members => ({
  token,
  active: true,
  config: { jit_funding: jit(enabled), transaction_controls: { enable_partial_auth_approval: false } },
});

function asItMustBe({ gatewayUrl, webhookUrl }: { readonly gatewayUrl: string; readonly webhookUrl: string }) {
  return {
    products: [product('funded_otherwise', false), product('plastic', true), product('virtual', true)],
    sources: {
      pgfs_1: {
        token: 'pgfs_1',
        active: true,
        url: gatewayUrl,
        timeout_millis: 3000,
        basic_auth_username: 'marqeta',
        basic_auth_password: 'm**********d',
        custom_header: {},
        use_mtls: true,
        version: '2',
      },
    } as Record<string, Members>,
    webhooks: [
      { token: 'another', active: true, events: ['*'], config: { url: 'https://elsewhere.example/hook' } },
      {
        token: 'ours',
        active: true,
        events: ['*'],
        config: {
          url: webhookUrl,
          basic_auth_username: 'm*****a',
          secret: 'm**********t',
          signature_algorithm: 'HMAC_SHA_256',
        },
      },
    ] as Members[],
    modes: [
      {
        token: 'commando_1',
        program_gateway_funding_source_token: 'pgfs_1',
        current_state: { channel: 'SYSTEM', commando_enabled: false },
        commando_mode_enables: { program_funding_source: 'pfs_1', velocity_controls: ['vc_1'] },
        real_time_standin_criteria: {
          enabled: true,
          include_connection_errors: true,
          include_response_timeouts: true,
          include_application_errors: true,
        },
      },
    ] as Members[],
    limits: {
      vc_1: {
        token: 'vc_1',
        active: true,
        amount_limit: 100,
        currency_code: 'USD',
        velocity_window: 'DAY',
        usage_limit: 5,
      },
    } as Record<string, Members>,
  };
}
