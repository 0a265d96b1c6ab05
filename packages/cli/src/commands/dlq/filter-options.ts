import {
  DEAD_LETTER_QUEUES,
  DEAD_REASONS,
  QUEUES,
  type DeadLetterFilter,
  type DeadReason,
  type QueueName,
} from '@freeway/core';
import { InvalidArgumentError, type Command } from 'commander';
import { parseTime } from '../../parse-time.ts';

export interface QueueOptions {
  readonly queue?: QueueName;
}

export interface FilterOptions extends QueueOptions {
  readonly id?: readonly string[];
  readonly type?: readonly string[];
  readonly reason?: readonly DeadReason[];
  readonly error?: string;
  readonly before?: number;
  readonly after?: number;
}

export function withQueueOption(command: Command): Command {
  return command.option('--queue <queue>', 'only this one (default: all three)', parseQueue);
}

/** Which dead letters. Each option narrows; a repeated one widens. */
export function withFilterOptions(command: Command): Command {
  return withQueueOption(command)
    .option('--id <id>', 'only this message; repeat it for more', collect)
    .option('--type <type>', 'only messages of this type; repeat it for more', collect)
    .option(
      '--reason <reason>',
      `only those dead for this: ${DEAD_REASONS.join(', ')}; repeat it for more`,
      collectReasons,
    )
    .option('--error <text>', 'only those whose first or last error contains this')
    .option(
      '--before <time>',
      'only those that last failed before: 2026-11-27T10:00:00Z, or 2h for two hours ago',
      parseTime,
    )
    .option('--after <time>', 'only those that last failed after', parseTime);
}

export function filterOf({ id, type, reason, error, before, after }: FilterOptions): DeadLetterFilter {
  return {
    ...(id === undefined ? {} : { ids: id }),
    ...(type === undefined ? {} : { types: type }),
    ...(reason === undefined ? {} : { reasons: reason }),
    ...(error === undefined ? {} : { errorText: error }),
    ...(before === undefined ? {} : { failedBeforeMs: before }),
    ...(after === undefined ? {} : { failedAfterMs: after }),
  };
}

export function queuesOf({ queue }: QueueOptions): readonly QueueName[] {
  return queue === undefined ? QUEUES : [queue];
}

/** By either name: the dead-letter queue's, or that of the queue it serves. */
function parseQueue(text: string): QueueName {
  const queue = QUEUES.find((name) => name === text || DEAD_LETTER_QUEUES[name] === text);
  if (queue === undefined) throw new InvalidArgumentError(`One of ${Object.values(DEAD_LETTER_QUEUES).join(', ')}.`);
  return queue;
}

function collect(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}

function collectReasons(text: string, before: readonly DeadReason[] = []): readonly DeadReason[] {
  const reason = DEAD_REASONS.find((each) => each === text);
  if (reason === undefined) throw new InvalidArgumentError(`One of ${DEAD_REASONS.join(', ')}.`);
  return [...before, reason];
}
