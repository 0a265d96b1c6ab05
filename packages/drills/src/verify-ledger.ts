import type { Promised } from './drill.ts';
import { startFreeway } from './ground/freeway.ts';
import type { Ground } from './ground/open-ground.ts';

interface VerifiedInvariant {
  readonly name: string;
  readonly ok: boolean;
}

/** Runs `freeway verify`, as an operator would. */
export async function judgeLedger(ground: Ground, env: Readonly<Record<string, string>>): Promise<Promised> {
  const child = await startFreeway(ground, 'freeway-verify', ['verify', '--json'], env);
  const code = await child.exited;
  const promise = 'the ledger is clean (freeway verify)';
  const line = child
    .output()
    .split('\n')
    .find((text) => text.startsWith('['));
  if (line === undefined) return { promise, kept: false, seen: `it ended with ${code}: ${child.logTail()}` };
  const invariants = JSON.parse(line) as readonly VerifiedInvariant[];
  const violated = invariants.filter(({ ok }) => !ok).map(({ name }) => name);
  const seen = violated.length === 0 ? `all ${invariants.length} invariants hold` : `violated: ${violated.join(', ')}`;
  return { promise, kept: code === 0 && invariants.length > 0 && violated.length === 0, seen };
}
