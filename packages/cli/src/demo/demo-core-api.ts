import type { Settings } from '@freeway/runtime';
import { type Lives, serveCoreApi } from '@freeway/simulator';

/** The played platform's Core API: where the sweeper of the demo looks up approvals that no record confirmed. */
export interface DemoCoreApi {
  readonly settings: Pick<Settings<'sweeper'>, 'CORE_API_URL' | 'CORE_API_APPLICATION_TOKEN' | 'CORE_API_ADMIN_TOKEN'>;
  /** From now on it shows what this platform has concluded; before, nothing. */
  show(platform: Lives['platform']): void;
  stop(): Promise<void>;
}

export async function serveDemoCoreApi(): Promise<DemoCoreApi> {
  const credentials = { username: 'demo', password: 'demo' };
  let shown: Lives['platform'] | undefined;
  const api = await serveCoreApi({
    platform: {
      transaction: (token) => shown?.transaction(token),
      related: (token) => shown?.related(token) ?? [],
    },
    credentials,
  });
  return {
    settings: {
      CORE_API_URL: api.url,
      CORE_API_APPLICATION_TOKEN: credentials.username,
      CORE_API_ADMIN_TOKEN: credentials.password,
    },
    show: (platform) => void (shown = platform),
    stop: () => api.stop(),
  };
}
