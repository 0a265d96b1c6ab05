import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { settingsFor } from './open-intake.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));

export interface IntakeProcess {
  /** Where it listens, once it does; rejects if it ends before. */
  readonly url: Promise<string>;
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
  /** Its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** All that it has written to stdout and stderr. */
  output(): string;
}

/** An intake as an operator starts it, with this environment and nothing else of ours but PATH. */
export function startIntakeProcess(env: Readonly<Record<string, string | undefined>>): IntakeProcess {
  const child = spawn(process.execPath, [MAIN], {
    env: { ...settingsFor(env), PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stderr.on('data', (part: Buffer) => (output += part.toString()));
  const listening = Promise.withResolvers<string>();
  createInterface(child.stdout).on('line', (line) => {
    output += `${line}\n`;
    const { msg, url } = JSON.parse(line) as { msg: string; url: string };
    if (msg === 'listening') listening.resolve(url);
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  void exited.then((code) => listening.reject(new Error(`intake ended with ${code} before it listened: ${output}`)));
  listening.promise.catch(() => undefined);
  return { url: listening.promise, signal: (signal) => child.kill(signal), exited, output: () => output };
}
