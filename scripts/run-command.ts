import { spawn } from 'node:child_process';
import { constants } from 'node:os';

export type CommandOptions = {
  readonly env: NodeJS.ProcessEnv;
  /** Told the pid as soon as there is one. */
  readonly onStart: (pid: number) => void;
};

const ignore = () => {};

/**
 * Runs a command on our own terminal and resolves to its exit code, 128 + n when signal n ended it. Meanwhile SIGINT
 * and SIGTERM are the command's to act on: they end us only through its end.
 */
export function runCommand(command: string, args: readonly string[], options: CommandOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: options.env, stdio: 'inherit' });
    if (child.pid !== undefined) options.onStart(child.pid);
    const forward = (signal: NodeJS.Signals) => child.kill(signal);
    process.on('SIGTERM', forward);
    // The terminal sends it to the command as well.
    process.on('SIGINT', ignore);
    const settle = () => {
      process.off('SIGTERM', forward);
      process.off('SIGINT', ignore);
    };
    child.once('error', (error) => {
      settle();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      settle();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
