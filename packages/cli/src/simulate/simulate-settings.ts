import { type Environment, readSettings, type Settings } from '@freeway/runtime';
import { developerEnvironment } from '../dev/developer-environment.ts';

/** What Marqeta would be told of this Freeway: where it listens, and what it asks to be presented. */
export interface PlayedSettings {
  readonly gateway: Settings<'gateway'>;
  readonly intake: Settings<'intake'>;
  readonly gatewayUrl: string;
  readonly intakeUrl: string;
}

export interface Addresses {
  readonly gateway?: string;
  readonly intake?: string;
}

/** From the settings of the processes that are played against; without any, those of `freeway dev`. Faults, if any. */
export async function readPlayedSettings(
  env: Environment,
  addresses: Addresses,
): Promise<PlayedSettings | { readonly faults: readonly string[] }> {
  // Their own ports, whoever listens there: `dev` would look for a free one.
  const ports = { PORT: env['PORT'] ?? '8080', INTAKE_PORT: env['INTAKE_PORT'] ?? '8081' };
  const complete = await developerEnvironment({ ...env, ...ports });
  const gateway = readSettings('gateway', complete);
  const intake = readSettings('intake', complete);
  if (!gateway.ok || !intake.ok) {
    const faults = [gateway, intake].flatMap((result) => (result.ok ? [] : result.faults));
    return { faults: [...new Set(faults)] };
  }
  const { HOST, PORT } = gateway.settings;
  const { INTAKE_HOST, INTAKE_PORT } = intake.settings;
  return {
    gateway: gateway.settings,
    intake: intake.settings,
    gatewayUrl: addresses.gateway ?? `${originOf(HOST, PORT)}/v1/jit`,
    intakeUrl: addresses.intake ?? `${originOf(INTAKE_HOST, INTAKE_PORT)}/v1/webhooks/marqeta`,
  };
}

/** Who listens on every interface is here too. */
function originOf(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
