import { PING, signatureHeader, type SigningKey } from '@freeway/simulator';
import { askUrl, type Reply, type TlsMaterial } from './ask-url.ts';
import { type Check, fails, notChecked, passed } from './check.ts';
import { post, type Presented, refusedWith, tooLarge, wrongHeader, wrongPassword } from './check-gateway.ts';

export interface CheckedIntake {
  readonly url: string;
  readonly presented: Presented;
  readonly tls: TlsMaterial;
  /** Absent where no secret is set. */
  readonly signing: SigningKey | undefined;
  readonly bodyLimitBytes: number;
}

/** PROTOCOL 10.1: after that, Marqeta sends it again. */
const PATIENCE_MS = 5000;

/** Sends intake what Marqeta sends to see whether it lives, and what a stranger might. Nothing of it is kept. */
export async function checkWebhooks({
  url,
  presented,
  tls,
  signing,
  bodyLimitBytes,
}: CheckedIntake): Promise<readonly Check[]> {
  const send = (body: string, by: Presented, signed: Record<string, string> = {}): Promise<Reply> =>
    askUrl(url, post(body, { ...by, headers: { ...by.headers, ...signed } }, PATIENCE_MS, tls));
  const signature = signing === undefined ? {} : signatureHeader(PING, signing);
  const ping = (by: Presented) => send(PING, by, signature);
  const large = ' '.repeat(bodyLimitBytes + 1);
  return [
    pinged(await ping(presented)),
    await wrongPassword(ping, presented),
    ...(await wrongHeader(ping, presented)),
    ...(await wrongSignature(send, presented, signing)),
    tooLarge(await send(large, presented), 'WEBHOOK_BODY_LIMIT_BYTES'),
  ];
}

function pinged(reply: Reply): Check {
  const name = 'ping';
  if (reply.kind === 'silent') return fails(name, reply.why, 'look at the proxy, intake and its /ready');
  if (reply.status === 401)
    return fails(name, '401', 'intake has another user, password, header or secret (WEBHOOK_*)');
  if (reply.status !== 200 || !reply.body.includes('alive'))
    return fails(name, `${reply.status}, not by intake`, 'let the proxy pass POST /v1/webhooks/marqeta to intake');
  return passed(name, `200 in ${reply.tookMs} ms`);
}

async function wrongSignature(
  send: (body: string, by: Presented, signed?: Record<string, string>) => Promise<Reply>,
  presented: Presented,
  signing: SigningKey | undefined,
): Promise<readonly Check[]> {
  if (signing === undefined)
    return [
      notChecked(
        'signature',
        'WEBHOOK_SIGNATURE_SECRET is not set',
        'set it: a password alone guards what books money',
      ),
    ];
  const forged = signatureHeader(PING, { ...signing, secret: `${signing.secret}x` });
  const advice = 'the signature is not looked at: set WEBHOOK_SIGNATURE_SECRET for every intake';
  return [
    refusedWith(401, 'wrong signature', await send(PING, presented, forged), advice),
    refusedWith(401, 'no signature', await send(PING, presented), advice),
  ];
}
