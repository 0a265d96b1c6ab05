import type { BenchWorld } from './bench-world.ts';

/** What `freeway verify` says is wrong with the ledger. */
export async function ledgerFaultOf({ freeway, signal, say }: BenchWorld): Promise<string | undefined> {
  say('verifying the ledger');
  const fault = await freeway.run(['verify'], signal).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  signal.throwIfAborted();
  return fault;
}
