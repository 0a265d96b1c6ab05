import type { SweepReport } from '@freeway/workers';
import type { Command } from 'commander';
import { action, EXIT } from '../exit-code.ts';
import { print, printJson, say } from '../output.ts';

interface Options {
  readonly once?: boolean;
  readonly json?: boolean;
}

const HELP = `
Of several sweepers on one database one acts, and the others stand by.
With --once: exits 1 if another one acts, a look-up failed, or no hold could expire because intake is behind.

freeway settings --process sweeper lists its settings.`;

export function registerSweeper(program: Command): void {
  program
    .command('sweeper')
    .description(
      'run the sweeper: asks Marqeta about approvals in doubt, expires holds whose time is over, seals the record',
    )
    .option('--once', 'one round of everything; prints what it did')
    .option('--json', 'with --once: print it as JSON')
    .addHelpText('after', HELP)
    .action(
      action(async ({ once = false, json = false }: Options) => {
        const { runSweeperProcess, sweepOnce } = await import('@freeway/workers');
        if (once) return printReport(await sweepOnce(), json);
        await runSweeperProcess();
        return EXIT.ok;
      }),
    );
}

function printReport(report: SweepReport, json: boolean): number {
  if (report.status === 'stands_by') {
    if (json) printJson({ status: 'stands_by' });
    say('freeway: another sweeper acts; nothing was done');
    return EXIT.refused;
  }
  const { refolded, doubt, expiry, sealed } = report;
  const isWhole = doubt.failed === undefined && expiry.failed === 0 && expiry.skipped === undefined;
  if (json) printJson(toJson(report));
  else {
    const inDoubt = Object.values(doubt.unconfirmed).reduce((sum, count) => sum + count, 0);
    print(`chains folded anew     ${refolded}`);
    print(`approvals in doubt     ${inDoubt}${inDoubt === 0 ? '' : `, the oldest for ${ageOf(doubt.oldestAgeMs)}`}`);
    print(`looked up              ${doubt.found} found, ${doubt.notFound} not found, ${doubt.released} released`);
    print(`holds expired          ${expiry.expired}`);
    print(`rows sealed            ${sealed}`);
    if (doubt.failed !== undefined) say(`freeway: look-ups ended early: ${doubt.failed}`);
    if (expiry.failed > 0) say(`freeway: ${expiry.failed} holds could not be expired; the log says why`);
    if (expiry.skipped !== undefined) say(`freeway: intake is behind, no hold expires: ${expiry.skipped}`);
  }
  return isWhole ? EXIT.ok : EXIT.refused;
}

function toJson({ refolded, doubt, expiry, sealed }: Extract<SweepReport, { status: 'swept' }>): object {
  return {
    status: 'swept',
    refolded,
    unconfirmed: doubt.unconfirmed,
    oldest_age_ms: doubt.oldestAgeMs,
    lookups: { found: doubt.found, not_found: doubt.notFound, failed: doubt.failed },
    released: doubt.released,
    expiry,
    sealed,
  };
}

const HOUR_MS = 3_600_000;

function ageOf(ms: number): string {
  const minutes = Math.floor((ms % HOUR_MS) / 60_000);
  return `${Math.floor(ms / HOUR_MS)} h ${minutes} min`;
}
