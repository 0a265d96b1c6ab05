import { Command } from 'commander';
import { registerAccount } from './commands/account.ts';
import { registerAudit } from './commands/audit.ts';
import { registerCard } from './commands/card.ts';
import { registerCheck } from './commands/check.ts';
import { registerChain } from './commands/chain.ts';
import { registerDatabase } from './commands/database.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDev } from './commands/dev.ts';
import { registerDlq } from './commands/dlq.ts';
import { registerDrill } from './commands/drill.ts';
import { registerDrift } from './commands/drift.ts';
import { registerEvidence } from './commands/evidence.ts';
import { registerExceptions } from './commands/exceptions.ts';
import { registerExposure } from './commands/exposure.ts';
import { registerGateway } from './commands/gateway.ts';
import { registerImport } from './commands/import.ts';
import { registerIntake } from './commands/intake.ts';
import { registerLimit } from './commands/limit.ts';
import { registerMigrate } from './commands/migrate.ts';
import { registerOwner } from './commands/owner.ts';
import { registerProfile } from './commands/profile.ts';
import { registerRelay } from './commands/relay.ts';
import { registerSeed } from './commands/seed.ts';
import { registerSettings } from './commands/settings.ts';
import { registerSimulate } from './commands/simulate.ts';
import { registerSettlement } from './commands/settlement.ts';
import { registerSweeper } from './commands/sweeper.ts';
import { registerVerify } from './commands/verify.ts';
import { registerWorker } from './commands/worker.ts';

const HELP = `
Settings are environment variables, or lines of a file .env in the current folder; freeway settings lists them.
Without DATABASE_URL a PostgreSQL of our own is started under DATA_FOLDER for as long as it is needed.

Exit codes: 0 done, 1 refused or failed, 2 called or configured wrongly.`;

/** The `freeway` command with everything it can do. */
export function createProgram(): Command {
  const program = new Command('freeway')
    .description('A gateway that answers Marqeta Gateway JIT Funding requests, and its ledger.')
    .option('--actor <name>', 'who does this, for the audit (default: the user of this machine)')
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError('(add --help to see how it is called)')
    .addHelpText('after', HELP)
    // Inherited by every command: the entry point alone decides on the exit code.
    .exitOverride();

  program.commandsGroup('Try it:');
  registerDemo(program);
  registerDev(program);
  registerSimulate(program);
  program.commandsGroup('Processes:');
  registerGateway(program);
  registerIntake(program);
  registerRelay(program);
  registerWorker(program);
  registerSweeper(program);
  program.commandsGroup('Ledger:');
  registerAccount(program);
  registerOwner(program, 'user');
  registerOwner(program, 'business');
  registerCard(program);
  registerLimit(program);
  registerImport(program);
  program.commandsGroup('Operations:');
  registerDatabase(program);
  registerMigrate(program);
  registerSeed(program);
  registerVerify(program);
  registerChain(program);
  registerAudit(program);
  registerExceptions(program);
  registerExposure(program);
  registerDrift(program);
  registerSettlement(program);
  registerEvidence(program);
  registerDlq(program);
  registerProfile(program);
  registerDrill(program);
  registerSettings(program);
  registerCheck(program);
  return program;
}
