import { runGatewayProcess } from './run-gateway-process.ts';

await runGatewayProcess();
