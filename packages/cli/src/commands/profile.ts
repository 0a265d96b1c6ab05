import { type ProfilerSnapshot, settingsOrExit, STAGES } from '@freeway/runtime';
import type { Command } from 'commander';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson, say, table } from '../output.ts';

type Profile = ProfilerSnapshot['recent'];

interface ProfileOptions {
  readonly url?: string;
  readonly total?: boolean;
  readonly json?: boolean;
}

const ANSWER_TIMEOUT_MS = 5000;

export function registerProfile(program: Command): void {
  program
    .command('profile')
    .description('latency per stage, approvals and cache hits of a running gateway')
    .option('--url <url>', 'where the gateway listens (default: HOST and PORT of the settings)')
    .option('--total', 'since it started, instead of the last seconds')
    .option('--json', 'print both as JSON')
    .addHelpText('after', '\nExample:\n  freeway profile --url http://127.0.0.1:8080')
    .action(
      action(async ({ url = defaultUrl(), total = false, json = false }: ProfileOptions) => {
        const snapshot = await fetchProfile(url);
        if (snapshot === undefined) {
          say(`freeway: no gateway answers at ${url}`);
          return EXIT.refused;
        }
        if (json) printJson(snapshot);
        else printProfile(total ? snapshot.sinceStart : snapshot.recent, total);
        return EXIT.ok;
      }),
    );
}

function defaultUrl(): string {
  const { HOST, PORT } = settingsOrExit('cli');
  const host = HOST === '0.0.0.0' || HOST === '::' ? '127.0.0.1' : HOST;
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}`;
}

async function fetchProfile(url: string): Promise<ProfilerSnapshot | undefined> {
  try {
    const response = await fetch(new URL('/profile', url), { signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) });
    return response.ok ? ((await response.json()) as ProfilerSnapshot) : undefined;
  } catch {
    return undefined;
  }
}

function printProfile(profile: Profile, total: boolean): void {
  const { seconds, stages, requestsPerSecond, approvalRate, declined, caches } = profile;
  const rows = STAGES.map((stage) => {
    const { count, p50, p95, p99, p999, max } = stages[stage];
    return [stage, String(count), ...[p50, p95, p99, p999, max].map(ms)];
  });
  print(`${total ? 'since the start' : 'the last'} ${seconds.toFixed(0)} s, milliseconds`);
  print(table(['stage', 'count', 'p50', 'p95', 'p99', 'p99.9', 'max'], rows));
  print(`\n${requestsPerSecond.toFixed(1)} requests/s, ${percent(approvalRate)} approved`);
  for (const [reason, count] of Object.entries(declined).toSorted(([, a], [, b]) => b - a))
    print(`  declined ${reason}: ${count}`);
  for (const [cache, { hits, misses, hitRate }] of Object.entries(caches))
    print(`  cache ${cache}: ${percent(hitRate)} hits (${hits} of ${hits + misses})`);
}

function ms(value: number): string {
  return value.toFixed(value < 10 ? 2 : 1);
}

function percent(rate: number): string {
  return `${(rate * 100).toFixed(1)} %`;
}
