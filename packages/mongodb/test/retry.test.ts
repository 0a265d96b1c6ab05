import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb';
import { describe, expect, it, vi } from 'vitest';
import { type Bounds, type RetryPolicy, withRetry } from '../src/retry.ts';

const policy: RetryPolicy = {
  attempts: 3,
  timeoutMs: 60_000,
  baseMs: 1,
  maxMs: 1,
  random: () => 0,
  closing: new AbortController().signal,
  connect: async () => {},
};

describe('withRetry', () => {
  it('tries again while the server is away, up to its attempts, and keeps the cause', async () => {
    const away = new MongoNetworkError('connection 1 closed');
    const operation = vi.fn(() => Promise.reject(away));
    await expect(withRetry(policy, operation)).rejects.toMatchObject({ code: 'unavailable', cause: away });
    expect(operation).toHaveBeenCalledTimes(3);
  });

  it('takes a server that steps down for away', async () => {
    const operation = vi.fn<() => Promise<string>>();
    operation.mockRejectedValueOnce(new MongoServerError({ message: 'not primary', code: 10107 }));
    operation.mockResolvedValueOnce('done');
    expect(await withRetry(policy, operation)).toBe('done');
  });

  it('sees the lost connection in what a bulk write throws', async () => {
    const operation = vi.fn<() => Promise<string>>();
    const lost = new MongoNetworkError('connection 1 closed');
    operation.mockRejectedValueOnce(new MongoBulkWriteError(lost, {} as MongoBulkWriteError['result']));
    operation.mockResolvedValueOnce('done');
    expect(await withRetry(policy, operation)).toBe('done');
  });

  it('takes a bare socket error for away', async () => {
    const operation = vi.fn<() => Promise<string>>();
    operation.mockRejectedValueOnce(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' }));
    operation.mockResolvedValueOnce('done');
    expect(await withRetry(policy, operation)).toBe('done');
  });

  it('ends an attempt that takes too long, and makes another', async () => {
    const operation = vi.fn(
      ({ signal }: Bounds) =>
        new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason))),
    );
    await expect(withRetry({ ...policy, timeoutMs: 5 }, operation)).rejects.toMatchObject({ code: 'unavailable' });
    expect(operation).toHaveBeenCalledTimes(3);
  });

  it('does nothing more once the archive closes', async () => {
    const closing = new AbortController();
    const operation = vi.fn(() => {
      closing.abort();
      return Promise.reject(new MongoNetworkError('connection 1 closed'));
    });
    const closed = { ...policy, closing: closing.signal, connect: vi.fn(async () => {}) };
    await expect(withRetry(closed, operation)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(withRetry(closed, operation)).rejects.toMatchObject({ code: 'unavailable' });
    expect(operation).toHaveBeenCalledTimes(1);
    expect(closed.connect).toHaveBeenCalledTimes(1);
  });

  it('does not repeat what the server refused', async () => {
    const refusal = new MongoServerError({ message: 'BSONObj too large', code: 10334 });
    const operation = vi.fn(() => Promise.reject(refusal));
    await expect(withRetry(policy, operation)).rejects.toBe(refusal);
    expect(operation).toHaveBeenCalledTimes(1);
  });
});
