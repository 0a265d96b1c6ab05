import {
  DEAD_LETTER_QUEUES,
  type DeadLetterOutcome,
  type DeadLetterProgress,
  type DeadLetters,
  type QueueName,
} from '@freeway/core';
import type { Postgres } from '@freeway/postgres';
import type { Command } from 'commander';
import { actorOf } from '../../actor.ts';
import { action } from '../../exit-code.ts';
import { say } from '../../output.ts';
import { createProgress } from '../../progress.ts';
import { createAudit, type AuditedAction } from './audit.ts';
import { filterOf, queuesOf, withFilterOptions, type FilterOptions } from './filter-options.ts';
import { printOutcomes, WORDS, type QueueOutcome } from './print-outcomes.ts';
import { withAuditedDeadLetters, withDeadLetters } from './with-dead-letters.ts';

interface ActOptions extends FilterOptions {
  readonly all?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

type Verb = AuditedAction['verb'];

const ABOUT: Readonly<Record<Verb, string>> = {
  redrive: 'put dead letters back on the queue they came from, as a first attempt; without --yes only say which',
  discard: 'remove dead letters for good; without --yes only say which',
};

const help = (verb: Verb): string => `
Without --yes nothing is done: it says what would be. Every action is recorded in audit_records, before and after.
${
  verb === 'redrive'
    ? 'Consumers drop what they have seen by its id. What fails again comes back here, with its whole history.'
    : 'What is discarded is not kept anywhere: what its message would have done never happens.'
}

Examples:
  freeway dlq ${verb} --id 1042-7
  freeway dlq ${verb} --queue webhook-dlq --reason invalid_message --before 7d --yes
  freeway dlq ${verb} --queue jit-funding-dlq --all --yes`;

/** `redrive` and `discard`. */
export function registerDlqActions(group: Command): void {
  for (const verb of ['redrive', 'discard'] as const) {
    withFilterOptions(group.command(verb))
      .description(ABOUT[verb])
      .option('--all', 'all of them, where nothing narrows them down')
      .option('--yes', 'do it')
      .option('--json', 'print the result as JSON')
      .addHelpText('after', help(verb))
      .action(
        action(async (options: ActOptions, command: Command) => {
          const filter = filterOf(options);
          if ((Object.keys(filter).length === 0) !== (options.all ?? false))
            return command.error(
              'error: either --all, or at least one of --id, --type, --reason, --error, --before, --after',
            );
          if (!options.yes) return withDeadLetters((deadLetters) => dryRun(deadLetters, verb, options));
          const actor = actorOf(command);
          return withAuditedDeadLetters((deadLetters, postgres) =>
            act(deadLetters, { postgres, verb, options, actor }),
          );
        }),
      );
  }
}

async function dryRun(deadLetters: DeadLetters, verb: Verb, options: ActOptions): Promise<number> {
  return printOutcomes(await preview(deadLetters, verb, options), { verb, dryRun: true, json: options.json ?? false });
}

async function preview(deadLetters: DeadLetters, verb: Verb, options: ActOptions): Promise<QueueOutcome[]> {
  const outcomes: QueueOutcome[] = [];
  for (const queue of queuesOf(options))
    outcomes.push({ queue, ...(await deadLetters[verb](queue, filterOf(options), { dryRun: true })) });
  return outcomes;
}

interface Act {
  readonly postgres: Postgres;
  readonly verb: Verb;
  readonly options: ActOptions;
  readonly actor: string;
}

async function act(deadLetters: DeadLetters, { postgres, verb, options, actor }: Act): Promise<number> {
  const filter = filterOf(options);
  const outcomes: QueueOutcome[] = [];
  for (const seen of await preview(deadLetters, verb, options)) {
    const { queue, matching } = seen;
    const audited = { postgres, verb, queue, filter, actor };
    outcomes.push(matching === 0 ? seen : { queue, ...(await actAudited(deadLetters, audited)) });
  }
  return printOutcomes(outcomes, { verb, dryRun: false, json: options.json ?? false });
}

async function actAudited(
  deadLetters: DeadLetters,
  audited: AuditedAction & { readonly postgres: Postgres },
): Promise<DeadLetterOutcome> {
  const { postgres, verb, queue, filter } = audited;
  const audit = createAudit(postgres, audited);
  const { onProgress, last, end } = showProgress(verb, queue);
  await audit.started();
  try {
    const outcome = await deadLetters[verb](queue, filter, { onProgress });
    end();
    await audit.finished(outcome);
    return outcome;
  } catch (error) {
    end();
    const { done } = last();
    say(`${WORDS[verb].did} ${done} of ${DEAD_LETTER_QUEUES[queue]} before it failed; the rest is where it was`);
    await audit.failed(error, { done });
    throw error;
  }
}

function showProgress(verb: Verb, queue: QueueName) {
  const progress = createProgress();
  let latest: DeadLetterProgress = { total: 0, examined: 0, matching: 0, done: 0 };
  return {
    last: () => latest,
    end: progress.end,
    onProgress(step: DeadLetterProgress) {
      latest = step;
      const { done, examined, total } = step;
      progress.update(`${DEAD_LETTER_QUEUES[queue]}: ${WORDS[verb].did} ${done}, looked at ${examined} of ${total}`);
    },
  };
}
