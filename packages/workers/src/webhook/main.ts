import { runWebhookProcess } from './run-webhook-process.ts';

await runWebhookProcess();
