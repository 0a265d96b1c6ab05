import { DEAD_LETTER_QUEUES, type DeadLetterOutcome, type QueueName } from '@freeway/core';
import { EXIT } from '../../exit-code.ts';
import { oneLine, print, printJson, say } from '../../output.ts';
import type { AuditedAction } from './audit.ts';

export type QueueOutcome = DeadLetterOutcome & { readonly queue: QueueName };

interface Printing {
  readonly verb: AuditedAction['verb'];
  readonly dryRun: boolean;
  readonly json: boolean;
}

export const WORDS = {
  redrive: { would: 'would redrive', did: 'redrove' },
  discard: { would: 'would discard', did: 'discarded' },
} as const;

/** Enough to recognise them; --json has more. */
const SHOWN_IDS = 10;

/** Prints what was done, or would be, and returns the exit code: an id that is nowhere is refused. */
export function printOutcomes(outcomes: readonly QueueOutcome[], { verb, dryRun, json }: Printing): number {
  const unknownIds = outcomes
    .map((outcome) => outcome.unknownIds)
    .reduce((everywhere, unknown) => everywhere.filter((id) => unknown.includes(id)));
  const sum = (count: 'total' | 'matching' | 'done') => outcomes.reduce((all, outcome) => all + outcome[count], 0);
  if (json) {
    const queues = outcomes.map(({ queue, total, examined, matching, done, ids }) => ({
      queue: DEAD_LETTER_QUEUES[queue],
      total,
      examined,
      matching,
      done,
      ids,
    }));
    const counts = { total: sum('total'), matching: sum('matching'), done: sum('done') };
    printJson({ verb, dry_run: dryRun, ...counts, unknown_ids: unknownIds, queues });
  } else {
    for (const outcome of outcomes.filter(({ matching }) => matching > 0)) printQueue(outcome, { verb, dryRun });
    print(sentence({ verb, dryRun }, sum(dryRun ? 'matching' : 'done'), sum('total')));
  }
  for (const id of unknownIds) say(`freeway: there is no dead letter ${oneLine(id)}`);
  return unknownIds.length === 0 ? EXIT.ok : EXIT.refused;
}

function printQueue(outcome: QueueOutcome, { verb, dryRun }: Omit<Printing, 'json'>): void {
  const { queue, total, matching, done, ids } = outcome;
  const name = DEAD_LETTER_QUEUES[queue];
  const [count, word] = dryRun ? [matching, WORDS[verb].would] : [done, WORDS[verb].did];
  print(`${name}: ${word} ${count} of ${total}`);
  for (const id of ids.slice(0, SHOWN_IDS)) print(`  ${oneLine(id)}`);
  if (count > SHOWN_IDS) print(`  and ${count - SHOWN_IDS} more`);
  if (outcome.examined < total) say(`${name}: ${total - outcome.examined} could not be looked at: run it again`);
}

function sentence({ verb, dryRun }: Omit<Printing, 'json'>, count: number, total: number): string {
  const messages = `${count} of ${total} message${total === 1 ? '' : 's'}`;
  if (!dryRun) return `${WORDS[verb].did} ${messages}`;
  const end = count === 0 ? '' : '; run again with --yes to do it';
  return `${WORDS[verb].would} ${messages}: nothing was done${end}`;
}
