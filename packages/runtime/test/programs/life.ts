// One exit path of a process that owns itself; the test names it.
import { setTimeout as sleep } from 'node:timers/promises';
import { createLifecycle, createLogger } from '../../src/index.ts';

const say = (word: string): void => void process.stdout.write(`${word}\n`);
const logger = createLogger({ process: 'program', destination: process.stderr });
const path = process.argv[2] ?? '';
const life = createLifecycle({ logger, stopTimeoutMs: path === 'hanging stop' ? 1000 : 60_000 });
// What keeps a server alive: without it the process would end by itself.
const alive = setInterval(() => undefined, 1000);

function start(name: string, stop: () => Promise<void> | void = () => undefined): void {
  life.onStop(name, async () => {
    await stop();
    say(`stopped ${name}`);
  });
  say(`started ${name}`);
}

const never = (): Promise<void> => new Promise(() => undefined);

async function startPair(): Promise<void> {
  start('first');
  start('second');
}

const paths: Record<string, () => Promise<void>> = {
  signal: () => life.run(startPair),
  'signal repeated by npm': async () => {
    await life.run(startPair);
    process.emit('SIGINT', 'SIGINT');
    process.emit('SIGINT', 'SIGINT');
  },
  'signal while stopping': () => life.run(async () => start('slow', never)),
  'signal while starting': () =>
    life.run(async () => {
      start('first');
      say('waiting');
      await sleep(60_000, undefined, { signal: life.signal });
    }),
  'late start': () =>
    life.run(async () => {
      start('first');
      say('waiting');
      await sleep(60_000, undefined, { signal: life.signal }).catch(() => undefined);
      start('late');
    }),
  'failing start': () =>
    life.run(async () => {
      await startPair();
      throw new Error('no third');
    }),
  rejection: async () => {
    await life.run(startPair);
    void Promise.reject(new Error('nobody caught this'));
  },
  exception: async () => {
    await life.run(startPair);
    setImmediate(() => {
      throw new Error('nobody caught this');
    });
  },
  'failing stop': () =>
    life.run(async () => {
      start('first');
      start('failing', () => {
        throw new Error('cannot stop');
      });
    }),
  'hanging stop': () =>
    life.run(async () => {
      start('slow', () => sleep(1));
      start('hanging', never);
      start('last');
    }),
  'stop by itself': async () => {
    await life.run(startPair);
    const clean = await life.stop();
    clearInterval(alive);
    say(`clean ${clean} ${life.state()} ${process.listenerCount('SIGTERM')}`);
  },
};

await paths[path]?.();
say(life.state());
