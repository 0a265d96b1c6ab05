// The public surface of the workers.
export { runJitFundingProcess } from './jit-funding/run-jit-funding-process.ts';
export { startJitFundingProcess } from './jit-funding/start-jit-funding-worker.ts';
export type { JitFundingProcess, WorkerParts, WorkerStores } from './jit-funding/start-jit-funding-worker.ts';
export { runRelayProcess } from './relay/run-relay-process.ts';
export { startRelayProcess } from './relay/start-relay.ts';
export type { RelayParts, RelayProcess } from './relay/start-relay.ts';
export { createQueues } from './stores/open-queues.ts';
export { chainPolicyOf } from './transaction/chain-policy.ts';
export { runTransactionProcess } from './transaction/run-transaction-process.ts';
export { startTransactionProcess } from './transaction/start-transaction-worker.ts';
export type { TransactionProcess } from './transaction/start-transaction-worker.ts';
export { runWebhookProcess } from './webhook/run-webhook-process.ts';
export { startWebhookProcess } from './webhook/start-webhook-worker.ts';
export type { WebhookProcess } from './webhook/start-webhook-worker.ts';
