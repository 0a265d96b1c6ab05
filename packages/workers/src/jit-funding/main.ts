import { runJitFundingProcess } from './run-jit-funding-process.ts';

await runJitFundingProcess();
