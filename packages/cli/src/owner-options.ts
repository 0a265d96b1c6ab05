import type { OwnerRef } from '@freeway/core';
import { type Command, InvalidArgumentError } from 'commander';

export interface OwnerOptions {
  readonly user?: string;
  readonly business?: string;
}

/** `--user <token>` or `--business <token>`. */
export function withOwnerOptions(command: Command): Command {
  return command.option('--user <token>', 'owner: a user').option('--business <token>', 'owner: a business');
}

/** Exactly one owner, or a usage error. */
export function ownerOf(command: Command, { user, business }: OwnerOptions): OwnerRef {
  if (user !== undefined && business === undefined) return { kind: 'user', token: user };
  if (business !== undefined && user === undefined) return { kind: 'business', token: business };
  return command.error('error: exactly one of --user and --business is needed');
}

/** `7995,6011`; nothing at all clears the list. */
export function parseCategories(text: string): readonly string[] {
  const codes = text.split(',').map((code) => code.trim());
  if (text.trim() === '') return [];
  if (codes.some((code) => !/^\d{4}$/.test(code)))
    throw new InvalidArgumentError('Four-digit codes with commas between them.');
  return codes;
}

export function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('A whole number is needed.');
  return Number(text);
}
