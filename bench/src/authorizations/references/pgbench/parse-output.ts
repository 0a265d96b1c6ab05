export interface PgbenchOutput {
  readonly perSecond: number;
  readonly latencyMs: number;
}

/** @throws Error when it says something else, or that something failed */
export function parseOutput(text: string): PgbenchOutput {
  const failed = /^number of failed transactions: (\d+)/m.exec(text)?.[1] ?? '0';
  if (failed !== '0') throw new Error(`pgbench: ${failed} transactions failed`);
  return {
    perSecond: numberAfter(text, 'tps'),
    latencyMs: numberAfter(text, 'latency average'),
  };
}

function numberAfter(text: string, name: string): number {
  const number = new RegExp(`^${name} = ([\\d.]+)`, 'm').exec(text)?.[1];
  if (number === undefined) throw new Error(`pgbench does not say its ${name}`);
  return Number(number);
}
