// node scripts/services/run.ts -- <command...>: starts the services of the tests, runs the command with their
// addresses in TEST_DATABASE_URL, TEST_REDIS_URL, TEST_RABBITMQ_URL and TEST_MONGODB_URI, and stops them after it.
import { runCommand } from '../run-command.ts';
import { startServices } from './start.ts';

const [command, ...args] = process.argv.slice(process.argv[2] === '--' ? 3 : 2);
if (command === undefined) {
  console.error('usage: node scripts/services/run.ts -- <command> [arguments]');
  process.exit(2);
}
const services = await startServices((line) => console.error(`services: ${line}`));
try {
  process.exitCode = await runCommand(command, args, {
    env: { ...process.env, ...services.env },
    onStart: (pid) => services.endWithServices(command, pid),
  });
} catch (error) {
  console.error(`${command}: ${(error as Error).message}`);
  process.exitCode = 127;
} finally {
  await services.stop();
}
