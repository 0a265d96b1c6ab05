import { DEAD_LETTER_QUEUES, type DeadLetter } from '@freeway/core';
import type { Command } from 'commander';
import { action, EXIT } from '../../exit-code.ts';
import { oneLine, print, printJson, say } from '../../output.ts';
import { queuesOf, withQueueOption, type QueueOptions } from './filter-options.ts';
import { letterHistory, letterJson } from './letter-output.ts';
import { withDeadLetters } from './with-dead-letters.ts';

interface ShowOptions extends QueueOptions {
  readonly body?: boolean;
  readonly json?: boolean;
}

/** A message that was delivered twice can be dead twice. */
const SHOWN_MAX = 100;

const HELP = `
The body is printed only when it is asked for: bodies of webhooks carry personal data.

Examples:
  freeway dlq show 1042-7
  freeway dlq show 1042-7 --queue jit-funding-dlq --body --json | jq -r '.[].body' | jq .`;

export function registerDlqShow(group: Command): void {
  withQueueOption(group.command('show').argument('<id>', "the message's id"))
    .description('what a message failed of, and with --body what it says')
    .option('--body', 'print the body too; it may hold personal data')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(
      action((id: string, options: ShowOptions) =>
        withDeadLetters(async (deadLetters) => {
          const found: DeadLetter[] = [];
          for (const queue of queuesOf(options))
            found.push(...(await deadLetters.list(queue, { ids: [id] }, SHOWN_MAX)).letters);
          if (options.json) printJson(found.map((letter) => toJson(letter, options)));
          else if (found.length > 0) print(found.map((letter) => toText(letter, options)).join('\n\n'));
          if (found.length > 0) return EXIT.ok;
          say(
            `freeway: there is no dead letter ${oneLine(id)}${options.queue ? ` in ${DEAD_LETTER_QUEUES[options.queue]}` : ''}`,
          );
          return EXIT.refused;
        }),
      ),
    );
}

function toJson(letter: DeadLetter, { body = false }: ShowOptions): object {
  return {
    queue: DEAD_LETTER_QUEUES[letter.originalQueue],
    ...letterJson(letter),
    ...(body ? { body: letter.body } : {}),
  };
}

function toText(letter: DeadLetter, { body = false }: ShowOptions): string {
  const size = `${Buffer.byteLength(letter.body)} bytes, shown with --body`;
  return `${letterHistory(letter)}\n${'body'.padEnd(13)} ${body ? oneLine(letter.body) : size}`;
}
