import { type Answering, type FakeUpstream, saysOk, startFakeUpstream } from '../../src/nginx/fake-upstream.ts';
import { type Nginx, type NginxOptions, startNginx } from '../../src/nginx/start-nginx.ts';

export const program = process.env['TEST_NGINX'] ?? '';
export const JIT = '/v1/jit';
export const WEBHOOKS = '/v1/webhooks/marqeta';

/** nginx in front of upstreams that answer as a test wants. */
export interface Edge {
  readonly nginx: Nginx;
  readonly gateways: readonly [FakeUpstream, FakeUpstream];
  readonly intake: FakeUpstream;
  close(): Promise<void>;
}

export interface EdgeOptions extends Partial<Omit<NginxOptions, 'gateways' | 'intake'>> {
  readonly gateway?: Answering;
  readonly otherGateway?: Answering;
  readonly intake?: Answering;
  /** In place of the first gateway, host:port of something else. */
  readonly insteadOfFirst?: string;
}

export async function openEdge({
  gateway = saysOk,
  otherGateway,
  intake: answers,
  insteadOfFirst,
  ...rest
}: EdgeOptions = {}) {
  const gateways = [
    await startFakeUpstream(gateway),
    await startFakeUpstream(otherGateway ?? gateway),
  ] as const satisfies readonly FakeUpstream[];
  const intake = await startFakeUpstream(answers ?? saysOk);
  const nginx = await startNginx({
    program,
    gateways: [insteadOfFirst ?? gateways[0].address, gateways[1].address],
    intake: intake.address,
    ...rest,
  });
  const edge: Edge = {
    nginx,
    gateways,
    intake,
    async close() {
      await nginx.stop();
      await Promise.all([...gateways, intake].map((each) => each.close()));
    },
  };
  return edge;
}

/** What reached the gateways, both together. */
export const arrivalsOf = ({ gateways }: Edge) => gateways.flatMap(({ arrivals }) => arrivals);
