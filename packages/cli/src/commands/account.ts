import type { Command } from 'commander';
import { registerAccountMoney } from './account-money.ts';
import { registerAccountOpen } from './account-open.ts';
import { registerAccountShow } from './account-show.ts';
import { registerAccountStates } from './account-states.ts';

const HELP = `
An account is named by its owner and its currency:
  freeway account show --user u_1 --currency USD
  freeway account credit --user u_1 --currency USD --amount 20.50 --reason goodwill`;

export function registerAccount(program: Command): void {
  const group = program
    .command('account')
    .description('open, look at, fund, freeze and close accounts')
    .addHelpText('after', HELP);
  registerAccountOpen(group);
  registerAccountShow(group);
  registerAccountMoney(group);
  registerAccountStates(group);
}
