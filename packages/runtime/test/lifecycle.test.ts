import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createLifecycle, createLogger } from '../src/index.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

interface Program {
  /** Resolves once it has said this. */
  said(word: string): Promise<void>;
  logged(text: string): Promise<void>;
  signal(name: NodeJS.Signals): void;
  ended(): Promise<{ code: number | null; words: string[]; log: string }>;
}

async function until(seen: () => boolean, stream: NodeJS.ReadableStream): Promise<void> {
  while (!seen()) await once(stream, 'data');
}

function program(path: string): Program {
  const file = join(import.meta.dirname, 'programs/life.ts');
  const child = spawn(process.execPath, [file, path], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  let out = '';
  let log = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const closed = once(child, 'close');
  return {
    said: (word) => until(() => out.split('\n').includes(word), child.stdout),
    logged: (text) => until(() => log.includes(text), child.stderr),
    signal: (name) => void child.kill(name),
    async ended() {
      const [code] = (await closed) as [number | null];
      return { code, words: out.split('\n').filter(Boolean), log };
    },
  };
}

describe('a process that owns itself', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('stops in reverse and exits 0 on %s', async (signal) => {
    const run = program('signal');
    await run.said('running');
    run.signal(signal);
    const { code, words } = await run.ended();
    expect(code).toBe(0);
    expect(words).toEqual(['started first', 'started second', 'running', 'stopped second', 'stopped first']);
  });

  it('exits 1 at once on a second signal', async () => {
    const run = program('signal while stopping');
    await run.said('running');
    run.signal('SIGINT');
    await run.logged('"stopping"');
    run.signal('SIGTERM');
    const { code, words, log } = await run.ended();
    expect(code).toBe(1);
    expect(words).not.toContain('stopped slow');
    expect(log).toContain('second signal');
    expect(log).not.toContain('did not stop in time');
  });

  it('takes the SIGINT that npm repeats for the same one', async () => {
    const { code, words, log } = await program('signal repeated by npm').ended();
    expect(code).toBe(0);
    expect(words).toContain('stopped first');
    expect(log).not.toContain('second signal');
  });

  it('gives up starting when told to stop', async () => {
    const run = program('signal while starting');
    await run.said('waiting');
    run.signal('SIGTERM');
    const { code, words } = await run.ended();
    expect(code).toBe(0);
    expect(words).toContain('stopped first');
  });

  it('stops what starts after stopping began', async () => {
    const run = program('late start');
    await run.said('waiting');
    run.signal('SIGTERM');
    const { code, words } = await run.ended();
    expect(code).toBe(0);
    expect(words.slice(2, 5)).toEqual(['stopped first', 'started late', 'stopped late']);
  });

  it('stops what had started and exits 1 when the start fails', async () => {
    const { code, words, log } = await program('failing start').ended();
    expect(code).toBe(1);
    expect(words).toEqual(['started first', 'started second', 'stopped second', 'stopped first']);
    expect(log).toContain('no third');
  });

  it.each(['rejection', 'exception'])('logs, stops and exits 1 on an uncaught %s', async (path) => {
    const { code, words, log } = await program(path).ended();
    expect(code).toBe(1);
    expect(words.slice(-2)).toEqual(['stopped second', 'stopped first']);
    expect(log).toContain('nobody caught this');
  });

  it('stops the others and exits 1 when one fails to stop', async () => {
    const run = program('failing stop');
    await run.said('running');
    run.signal('SIGTERM');
    const { code, words, log } = await run.ended();
    expect(code).toBe(1);
    expect(words).toContain('stopped first');
    expect(log).toContain('cannot stop');
  });

  it('stops the others and exits 1 when one hangs', async () => {
    const run = program('hanging stop');
    await run.said('running');
    run.signal('SIGTERM');
    const { code, words, log } = await run.ended();
    expect(code).toBe(1);
    expect(words.slice(-2)).toEqual(['stopped last', 'stopped slow']);
    expect(log).toContain('"stopping":"hanging"');
  });

  it('can stop by itself, and then ends when nothing is left to do', async () => {
    const { code, words } = await program('stop by itself').ended();
    expect(code).toBe(0);
    expect(words.slice(-2)).toEqual(['clean true stopped 0', 'stopped']);
  });
});

describe('a lifecycle inside a process that another owns', () => {
  const logger = createLogger({ process: 'test', level: 'silent' });
  const inner = () => createLifecycle({ logger, stopTimeoutMs: 1000, ownsProcess: false });

  it('leaves signals and faults alone', () => {
    const events = ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection'];
    const before = events.map((event) => process.listenerCount(event));
    inner();
    expect(events.map((event) => process.listenerCount(event))).toEqual(before);
  });

  it('goes through its states and stops once', async () => {
    const life = inner();
    let stops = 0;
    expect(life.state()).toBe('starting');
    await life.run(async () => life.onStop('one', () => void (stops += 1)));
    expect(life.state()).toBe('running');
    const both = [life.stop(), life.stop()];
    expect(life.state()).toBe('stopping');
    expect(life.signal.aborted).toBe(true);
    expect(await Promise.all(both)).toEqual([true, true]);
    expect([life.state(), stops]).toEqual(['stopped', 1]);
  });

  it('stops what had started and rejects when the start fails', async () => {
    const life = inner();
    const stopped: string[] = [];
    const run = life.run(async () => {
      life.onStop('one', () => void stopped.push('one'));
      throw new Error('no second');
    });
    await expect(run).rejects.toThrow('no second');
    expect(stopped).toEqual(['one']);
    expect(life.state()).toBe('stopped');
  });

  it('tells that something did not stop', async () => {
    const life = inner();
    await life.run(async () =>
      life.onStop('one', () => {
        throw new Error('no');
      }),
    );
    expect(await life.stop()).toBe(false);
  });
});
