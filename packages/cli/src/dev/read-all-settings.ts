import { type Environment, readSettings, type Settings } from '@freeway/runtime';

export interface AllSettings {
  readonly gateway: Settings<'gateway'>;
  readonly relay: Settings<'relay'>;
  readonly worker: Settings<'worker'>;
}

export type AllSettingsResult =
  { readonly ok: true; readonly settings: AllSettings } | { readonly ok: false; readonly faults: readonly string[] };

/** The settings of every process, for when all of them run in one; each fault once. */
export function readAllSettings(env: Environment): AllSettingsResult {
  const gateway = readSettings('gateway', env);
  const relay = readSettings('relay', env);
  const worker = readSettings('worker', env);
  if (gateway.ok && relay.ok && worker.ok) {
    return { ok: true, settings: { gateway: gateway.settings, relay: relay.settings, worker: worker.settings } };
  }
  const faults = [gateway, relay, worker].flatMap((result) => (result.ok ? [] : result.faults));
  return { ok: false, faults: [...new Set(faults)] };
}
