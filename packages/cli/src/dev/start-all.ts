import { type Gateway, startGateway } from '@freeway/gateway';
import { type Intake, startIntake } from '@freeway/intake';
import type { Lifecycle, Logger } from '@freeway/runtime';
import {
  startJitFundingProcess,
  startRelayProcess,
  startSweeperProcess,
  startTransactionProcess,
  startWebhookProcess,
  type WorkerStores,
} from '@freeway/workers';
import type { AllSettings } from './read-all-settings.ts';

export interface AllParts {
  readonly settings: AllSettings;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly lifecycle: Lifecycle;
}

export interface Everything extends WorkerStores {
  readonly gateway: Gateway;
  readonly intake: Intake;
}

/** Gateway, intake, relay, workers and sweeper in this one process, over whichever stores are configured. */
export async function startAll({ settings, databaseUrl, logger, lifecycle }: AllParts): Promise<Everything> {
  const common = { databaseUrl, logger, lifecycle };
  const { queues, archive } = await startJitFundingProcess({ settings: settings.worker, ...common });
  await startTransactionProcess({ settings: settings.worker, ...common });
  await startWebhookProcess({ settings: settings.worker, ...common });
  await startRelayProcess({ settings: settings.relay, ...common });
  await startSweeperProcess({ settings: settings.sweeper, ...common });
  const intake = await startIntake({ settings: settings.intake, ...common });
  const gateway = await startGateway({
    settings: settings.gateway,
    ...common,
    alsoCheck: { queues: () => queues.health(), archive: () => archive.health() },
  });
  return { gateway, intake, queues, archive };
}
