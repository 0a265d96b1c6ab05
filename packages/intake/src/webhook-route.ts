import { Fault } from '@freeway/core';
import { decodeWebhook, PING_ANSWER, SIGNATURE_HEADER, type SignatureCheck } from '@freeway/marqeta';
import {
  type CredentialCheck,
  guardRoute,
  type Problem,
  PROBLEMS,
  refuseOtherMethods,
  sendProblem,
} from '@freeway/runtime/http';
import type { FastifyInstance } from 'fastify';
import type { Keeping } from './keeping.ts';
import type { IntakeObserver } from './observer.ts';

export interface WebhookRouteOptions {
  readonly isAuthentic: CredentialCheck;
  /** Absent where no secret is set. */
  readonly isSigned: SignatureCheck | undefined;
  readonly keep: Keeping['keep'];
  readonly observer: IntakeObserver;
}

const PATH = '/v1/webhooks/marqeta';

const WRONG_SIGNATURE: Problem = {
  status: 401,
  type: 'urn:freeway:wrong-signature',
  title: 'Wrong or missing signature',
};
const NOT_READABLE: Problem = { status: 400, type: 'urn:freeway:not-json', title: 'The webhook cannot be read' };
const NOT_KEPT: Problem = { status: 503, type: 'urn:freeway:not-kept', title: 'The webhook could not be kept' };

/** `POST /v1/webhooks/marqeta`: what a webhook's `config.url` points to. Only 200 is success there (PROTOCOL 10.1). */
export async function webhookRoute(app: FastifyInstance, options: WebhookRouteOptions): Promise<void> {
  const { isSigned, keep, observer } = options;
  app.addHook('onResponse', async (request, reply) => {
    if (request.method === 'POST') observer.answered(reply.elapsedTime);
  });
  guardRoute(app, {
    isAuthentic: options.isAuthentic,
    onUnauthorized: () => observer.refused(401, PROBLEMS.unauthorized.title),
  });

  app.post(PATH, async (request, reply) => {
    const rawBody = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
    if (isSigned !== undefined && !isSigned(rawBody, request.headers[SIGNATURE_HEADER])) {
      observer.refused(401, WRONG_SIGNATURE.title);
      return sendProblem(reply, WRONG_SIGNATURE);
    }
    const decoded = decodeWebhook(rawBody);
    if (!decoded.ok) {
      observer.refused(400, decoded.fault);
      return sendProblem(reply, NOT_READABLE, decoded.fault);
    }
    const { text, isPing, isNews } = decoded.webhook;
    if (isNews) {
      try {
        observer.kept(await keep(text));
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        observer.refused(503, error.message, error);
        return sendProblem(reply, NOT_KEPT);
      }
    }
    if (!isPing) return reply.code(200).send();
    observer.pinged();
    return reply.code(200).header('content-type', 'application/json; charset=utf-8').send(PING_ANSWER);
  });
  refuseOtherMethods(app, PATH);
}
