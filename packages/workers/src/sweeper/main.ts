import { runSweeperProcess } from './run-sweeper-process.ts';

await runSweeperProcess();
