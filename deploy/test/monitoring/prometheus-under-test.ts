import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@freeway/postgres/free-port';
import { PROMETHEUS_FOLDER } from '../../src/monitoring/rule-files.ts';
import { type Child, startChild, untilAnswered } from './child.ts';
import { PROMETHEUS } from './servers.ts';

/** One line of an instant query's result; values are text, as Prometheus gives them. */
interface Sample {
  readonly metric?: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

export interface PrometheusUnderTest extends Child {
  /** Values of now; a scalar is one value. */
  query(expr: string): Promise<readonly number[]>;
  get<T>(path: string): Promise<T>;
}

/** The very files of deploy/prometheus, with other targets, and impatient: it asks and evaluates every four seconds. */
export async function startPrometheus(
  folder: string,
  targets: Readonly<Record<string, readonly string[]>>,
): Promise<PrometheusUnderTest> {
  const home = join(folder, 'prometheus');
  cpSync(PROMETHEUS_FOLDER, home, { recursive: true });
  const port = await freePort();
  for (const [job, addresses] of Object.entries({ ...targets, prometheus: [`127.0.0.1:${port}`] }))
    writeFileSync(join(home, 'targets', `${job}.yml`), JSON.stringify([{ targets: addresses }]));
  const config = join(home, 'prometheus.yml');
  const impatient = readFileSync(config, 'utf8').replaceAll(/(_interval|_timeout): \d+s/g, '$1: 4s');
  writeFileSync(config, impatient);
  const args = [
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'tsdb')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=warn',
  ];
  const child = startChild('prometheus', PROMETHEUS, args, { env: { PATH: process.env['PATH'] }, cwd: home });
  const url = `http://127.0.0.1:${port}`;
  await untilAnswered(child, `${url}/-/ready`);

  async function get<T>(path: string): Promise<T> {
    const answer = (await (await fetch(`${url}${path}`)).json()) as { status: string; error?: string; data: T };
    if (answer.status !== 'success') throw new Error(`Prometheus says ${answer.error} of ${decodeURIComponent(path)}`);
    return answer.data;
  }

  return {
    ...child,
    get,
    async query(expr) {
      const { resultType, result } = await get<{ resultType: string; result: Sample[] | Sample['value'] }>(
        `/api/v1/query?query=${encodeURIComponent(expr)}`,
      );
      const values =
        resultType === 'scalar' ? [result as Sample['value']] : (result as Sample[]).map(({ value }) => value);
      return values.map(([, text]) => Number(text === '+Inf' ? Infinity : text));
    },
  };
}
