// The public surface of marqeta: the wire, to and from core.
export { wireDeclineReason, WIRE_DECLINE_REASONS, WIRE_DECLINE_REASONS_2026 } from './decline-reasons.ts';
export type { WireDeclineReason } from './decline-reasons.ts';
export { decodeRequest } from './decode-request.ts';
export type { DecodedRequest, DecodeFault, DecodeOptions, Echo } from './decode-request.ts';
export { decodeWebhook, PING_ANSWER } from './decode-webhook.ts';
export type { DecodedWebhook, ReceivedWebhook } from './decode-webhook.ts';
export { encodeResponse } from './encode-response.ts';
export type { Answer, EncodedResponse, EncodeOptions } from './encode-response.ts';
export { maskMessage } from './mask-message.ts';
export { ACCOUNT_FUNDING_TYPES, METHODS } from './methods.ts';
export type { MethodRow, OrderSide } from './methods.ts';
export type { UnknownMethod } from './request-kind-of.ts';
export { createSignatureCheck, SIGNATURE_ALGORITHMS, SIGNATURE_HEADER } from './webhook-signature.ts';
export type { SignatureAlgorithm, SignatureCheck, SignatureOptions } from './webhook-signature.ts';
