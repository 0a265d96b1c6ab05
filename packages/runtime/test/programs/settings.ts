import { settingsOrExit } from '../../src/index.ts';

process.stdout.write(`${settingsOrExit('gateway').PORT}\n`);
