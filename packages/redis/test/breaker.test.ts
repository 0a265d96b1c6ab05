import { ReplyError } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Breaker, createBreaker } from '../src/breaker.ts';

const never = () => new Promise<never>(() => {});
const wrongType = () => Promise.reject(new ReplyError('WRONGTYPE'));

describe('the breaker', () => {
  const changes: (string | undefined)[] = [];
  let probe = vi.fn<() => Promise<unknown>>();
  let breaker: Breaker;

  beforeEach(() => {
    vi.useFakeTimers();
    changes.length = 0;
    probe = vi.fn<() => Promise<unknown>>(async () => 'PONG');
    breaker = createBreaker({
      timeoutMs: 20,
      probe: () => probe(),
      probeDelayMs: (attempt) => attempt * 100,
      onChange: (because) => changes.push(because),
    });
  });
  afterEach(() => {
    breaker.stop();
    vi.useRealTimers();
  });

  const closed = async () => {
    breaker.probeNow();
    await vi.waitFor(() => expect(breaker.isOpen()).toBe(false));
    probe.mockClear();
    changes.length = 0;
  };

  it('is open until a probe was answered', async () => {
    const command = vi.fn(async () => 1);
    expect(await breaker.attempt(command)).toEqual({ ok: false, why: 'refused' });
    await vi.advanceTimersByTimeAsync(100);
    expect(await breaker.attempt(command)).toEqual({ ok: true, value: 1 });
    expect(command).toHaveBeenCalledTimes(1);
    expect(changes).toEqual([undefined]);
  });

  it('opens on the first command that is too late, and sends nothing after it', async () => {
    await closed();
    const slow = breaker.attempt(never);
    await vi.advanceTimersByTimeAsync(21);
    expect(await slow).toEqual({ ok: false, why: 'failed' });
    const command = vi.fn(async () => 1);
    for (let n = 0; n < 100; n += 1) await breaker.attempt(command);
    expect(command).not.toHaveBeenCalled();
    expect(changes).toEqual(['no answer within 20 ms']);
    expect(breaker.counts()).toMatchObject({ opened: 1, failed: 1, refused: 100 });
  });

  it('opens on the first error, with its message', async () => {
    await closed();
    expect(await breaker.attempt(() => Promise.reject(new Error('broken pipe')))).toEqual({ ok: false, why: 'failed' });
    expect(changes).toEqual(['broken pipe']);
  });

  it('releases everyone who waits when it opens', async () => {
    await closed();
    const waiting = [breaker.attempt(never), breaker.attempt(never)];
    breaker.trip('connection lost');
    expect(await Promise.all(waiting)).toEqual([
      { ok: false, why: 'failed' },
      { ok: false, why: 'failed' },
    ]);
  });

  it('stays closed when the server answers with an error', async () => {
    await closed();
    expect(await breaker.attempt(wrongType)).toEqual({ ok: false, why: 'failed' });
    expect(breaker.isOpen()).toBe(false);
  });

  it('does not open again for a command of the connection before', async () => {
    await closed();
    const command = Promise.withResolvers<never>();
    const lost = breaker.attempt(() => command.promise);
    breaker.trip('connection lost');
    await lost;
    await closed();
    command.reject(new Error('socket closed'));
    await vi.advanceTimersByTimeAsync(1);
    expect(breaker.isOpen()).toBe(false);
  });

  it('lets an answer that is already there win against the timer', async () => {
    await closed();
    // The reply is handled after the timer fired and before its check: our own loop was busy, not the server.
    const attempt = breaker.attempt(() => new Promise((resolve) => setTimeout(() => resolve('late loop'), 20)));
    await vi.advanceTimersByTimeAsync(25);
    expect(await attempt).toEqual({ ok: true, value: 'late loop' });
    expect(breaker.isOpen()).toBe(false);
  });

  it('probes in the background, slower each time, until one is answered', async () => {
    await closed();
    probe.mockRejectedValueOnce(new Error('refused')).mockRejectedValueOnce(new Error('refused'));
    breaker.trip('connection lost');
    await vi.advanceTimersByTimeAsync(99);
    expect(probe).toHaveBeenCalledTimes(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(probe).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(probe).toHaveBeenCalledTimes(2);
    expect(breaker.isOpen()).toBe(true);
    await vi.advanceTimersByTimeAsync(300);
    expect(probe).toHaveBeenCalledTimes(3);
    expect(breaker.isOpen()).toBe(false);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(probe).toHaveBeenCalledTimes(3);
  });

  it('is not closed by a probe that was answered late, and never has two under way', async () => {
    await closed();
    const ping = Promise.withResolvers<string>();
    probe.mockReturnValueOnce(ping.promise);
    breaker.trip('slow');
    await vi.advanceTimersByTimeAsync(5_000);
    breaker.probeNow();
    expect(probe).toHaveBeenCalledTimes(1);
    ping.resolve('PONG');
    await vi.advanceTimersByTimeAsync(1);
    expect(breaker.isOpen()).toBe(true);
    await vi.advanceTimersByTimeAsync(200);
    expect(breaker.isOpen()).toBe(false);
  });

  it('refuses for good once stopped', async () => {
    await closed();
    const waiting = breaker.attempt(never);
    breaker.stop();
    expect(await waiting).toEqual({ ok: false, why: 'failed' });
    breaker.probeNow();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await breaker.attempt(async () => 1)).toEqual({ ok: false, why: 'refused' });
    expect(probe).not.toHaveBeenCalled();
  });
});
