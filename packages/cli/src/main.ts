#!/usr/bin/env node
import { CommanderError } from 'commander';
import { existsSync } from 'node:fs';
import { EXIT } from './exit-code.ts';
import { explainError } from './explain-error.ts';
import { createProgram } from './program.ts';

// `freeway ... | head` closes the pipe when it has seen enough; that is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// What the environment already says wins over the file.
if (existsSync('.env')) process.loadEnvFile('.env');

try {
  await createProgram().parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  } else {
    process.stderr.write(`freeway: ${explainError(error)}\n`);
    if (process.env['LOG_LEVEL'] === 'debug') console.error(error);
    process.exitCode = EXIT.refused;
  }
}
