import { runRelayProcess } from './run-relay-process.ts';

await runRelayProcess();
