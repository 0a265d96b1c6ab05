import type { Command } from 'commander';
import { registerGoLive } from './check/go-live.ts';

/** `freeway check ...`: what surrounds Freeway, seen from outside. */
export function registerCheck(program: Command): void {
  const check = program.command('check').description('look at what surrounds a running Freeway, from outside');
  registerGoLive(check);
}
