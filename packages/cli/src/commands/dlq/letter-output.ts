import { DEAD_LETTER_QUEUES, type DeadLetter } from '@freeway/core';
import { oneLine, table } from '../../output.ts';

/** Without the body: those of webhooks carry personal data. */
export function letterJson(letter: DeadLetter): object {
  return {
    id: letter.id,
    type: letter.type,
    reason: letter.reason,
    original_queue: letter.originalQueue,
    attempts: letter.attempts,
    redriven: letter.redriven,
    first_error: letter.firstError,
    first_failed_at: timeOf(letter.firstFailedAtMs),
    last_error: letter.lastError,
    last_failed_at: timeOf(letter.lastFailedAtMs),
  };
}

export function letterTable(letters: readonly DeadLetter[]): string {
  const rows = letters.map((letter) => [
    oneLine(letter.id),
    oneLine(letter.type) || '-',
    letter.reason,
    String(letter.attempts),
    String(letter.redriven),
    timeOf(letter.lastFailedAtMs) ?? '-',
  ]);
  const lines = table(['id', 'type', 'reason', 'attempts', 'redriven', 'last failed'], rows).split('\n');
  // Not a column: it would be aligned with the longest.
  const errors = ['last error', ...letters.map(({ lastError }) => oneLine(lastError))];
  return lines.map((line, index) => `${line}  ${errors[index]}`).join('\n');
}

/** All that is known of one letter, but its body. */
export function letterHistory(letter: DeadLetter): string {
  const members: readonly (readonly [string, string])[] = [
    ['id', oneLine(letter.id)],
    ['queue', DEAD_LETTER_QUEUES[letter.originalQueue]],
    ['type', oneLine(letter.type) || '-'],
    ['reason', letter.reason],
    ['attempts', String(letter.attempts)],
    ['redriven', String(letter.redriven)],
    ['first failed', timeOf(letter.firstFailedAtMs) ?? '-'],
    ['first error', oneLine(letter.firstError)],
    ['last failed', timeOf(letter.lastFailedAtMs) ?? '-'],
    ['last error', oneLine(letter.lastError)],
  ];
  return members.map(([name, value]) => `${name.padEnd(13)} ${value}`).join('\n');
}

function timeOf(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
