// The public surface of the workers.
export { startJitFundingProcess } from './jit-funding/start-jit-funding-worker.ts';
export type { WorkerParts, WorkerStores } from './jit-funding/start-jit-funding-worker.ts';
export { startRelayProcess } from './relay/start-relay.ts';
export type { RelayParts } from './relay/start-relay.ts';
