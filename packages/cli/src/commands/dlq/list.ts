import { DEAD_LETTER_QUEUES, type DeadLetterList, type QueueName } from '@freeway/core';
import type { Command } from 'commander';
import { action, EXIT } from '../../exit-code.ts';
import { print, printJson, say } from '../../output.ts';
import { parseCount } from '../../owner-options.ts';
import { filterOf, queuesOf, withFilterOptions, type FilterOptions } from './filter-options.ts';
import { letterJson, letterTable } from './letter-output.ts';
import { withDeadLetters } from './with-dead-letters.ts';

interface ListOptions extends FilterOptions {
  readonly limit: number;
  readonly json?: boolean;
}

const HELP = `
Looking changes nothing. On RabbitMQ the letters are held while they are looked at, so for that moment the broker counts
none of them as waiting.

Examples:
  freeway dlq list
  freeway dlq list --queue webhook-dlq --reason invalid_message --limit 100
  freeway dlq list --after 2h --json | jq '.[].letters[].last_error'`;

export function registerDlqList(group: Command): void {
  withFilterOptions(group.command('list'))
    .description('how many dead letters there are, and the oldest of them')
    .option('--limit <count>', 'how many of each queue are shown', parseCount, 20)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action((options: ListOptions) =>
        withDeadLetters(async (deadLetters) => {
          const lists: (DeadLetterList & { readonly queue: QueueName })[] = [];
          for (const queue of queuesOf(options))
            lists.push({ queue, ...(await deadLetters.list(queue, filterOf(options), options.limit)) });
          if (options.json) printJson(lists.map(toJson));
          else for (const list of lists) printList(list);
          return EXIT.ok;
        }),
      ),
    );
}

function toJson({ queue, total, examined, matching, letters }: DeadLetterList & { readonly queue: QueueName }): object {
  return { queue: DEAD_LETTER_QUEUES[queue], total, examined, matching, letters: letters.map(letterJson) };
}

function printList({
  queue,
  total,
  examined,
  matching,
  letters,
}: DeadLetterList & { readonly queue: QueueName }): void {
  const name = DEAD_LETTER_QUEUES[queue];
  const shown = letters.length < matching ? `, the oldest ${letters.length} shown` : '';
  print(
    `${name}: ${matching === total ? total : `${matching} of ${total}`} dead letter${total === 1 ? '' : 's'}${shown}`,
  );
  if (letters.length > 0) print(`${letterTable(letters)}\n`);
  if (examined < total) say(`${name}: ${total - examined} could not be looked at, they are in other hands or too many`);
}
