import { runTransactionProcess } from './run-transaction-process.ts';

await runTransactionProcess();
