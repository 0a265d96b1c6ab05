import { type Environment, readSettings, type Settings } from '@freeway/runtime';

export interface AllSettings {
  readonly gateway: Settings<'gateway'>;
  readonly intake: Settings<'intake'>;
  readonly relay: Settings<'relay'>;
  readonly worker: Settings<'worker'>;
  readonly sweeper: Settings<'sweeper'>;
}

export type AllSettingsResult =
  { readonly ok: true; readonly settings: AllSettings } | { readonly ok: false; readonly faults: readonly string[] };

/** The settings of every process, for when all of them run in one; each fault once. */
export function readAllSettings(env: Environment): AllSettingsResult {
  const gateway = readSettings('gateway', env);
  const intake = readSettings('intake', env);
  const relay = readSettings('relay', env);
  const worker = readSettings('worker', env);
  const sweeper = readSettings('sweeper', env);
  if (gateway.ok && intake.ok && relay.ok && worker.ok && sweeper.ok) {
    return {
      ok: true,
      settings: {
        gateway: gateway.settings,
        intake: intake.settings,
        relay: relay.settings,
        worker: worker.settings,
        sweeper: sweeper.settings,
      },
    };
  }
  const faults = [gateway, intake, relay, worker, sweeper].flatMap((result) => (result.ok ? [] : result.faults));
  return { ok: false, faults: [...new Set(faults)] };
}
