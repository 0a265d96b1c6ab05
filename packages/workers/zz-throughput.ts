// Two hops: intake publishes (batches or singles) to webhook-queue -> handler publishes to transaction-processing-queue -> handler notes.
import type { Queues } from '@freeway/core';
import { createQueues } from './src/stores/open-queues.ts';
const kind = process.argv[2], N = Number(process.argv[3] ?? 3000), mode = process.argv[4] ?? 'single', prefetch = Number(process.argv[5] ?? 50), rate = Number(process.argv[6] ?? 0);
const settings = { RABBITMQ_URL: kind === 'rabbit' ? process.env.TEST_RABBITMQ_URL : undefined, QUEUE_PREFIX: 'zz' + Date.now() + '.', QUEUE_RETRY_DELAYS_MS: [1000, 10000, 60000] };
const opts = { databaseUrl: process.env.TEST_DATABASE_URL!, report: (e: any) => e.event === 'error' && console.log(e) } as any;
const a: Queues = await createQueues(settings as any, opts), b = await createQueues(settings as any, opts), c = await createQueues(settings as any, opts);
const body = JSON.stringify({ pad: 'x'.repeat(1500) });
const pubMs: number[] = [], lagMs: number[] = []; const sentAt = new Map<string, number>();
let n1 = 0, n2 = 0; const done = Promise.withResolvers<void>();
const w1 = await b.consume('webhook-queue', { prefetch }, async (d) => { n1++; await b.publish('transaction-processing-queue', [{ id: d.id + '-t', type: 'transaction', body: d.body }]); });
const w2 = await c.consume('transaction-processing-queue', { prefetch }, async (d) => { lagMs.push(performance.now() - sentAt.get(d.id)!); if (++n2 === N) done.resolve(); });
await new Promise((r) => setTimeout(r, 500));
const t0 = performance.now();
async function publish(ids: number[]) { const t = performance.now(); for (const i of ids) sentAt.set(`m${i}-t`, t); await a.publish('webhook-queue', ids.map((i) => ({ id: `m${i}`, type: 'webhook', body }))); pubMs.push(performance.now() - t); }
if (rate > 0) { const ps: Promise<void>[] = []; for (let i = 0; i < N; i++) { const due = t0 + (i * 1000) / rate; const wait = due - performance.now(); if (wait > 1) await new Promise((r) => setTimeout(r, wait)); ps.push(publish([i])); } await Promise.all(ps); }
else if (mode === 'batch') for (let i = 0; i < N; i += 100) await publish(Array.from({ length: Math.min(100, N - i) }, (_, k) => i + k));
else { let next = 0; await Promise.all(Array.from({ length: 16 }, async () => { while (next < N) await publish([next++]); })); }
const pubbed = performance.now() - t0;
await done.promise; const total = performance.now() - t0;
const q = (xs: number[], p: number) => xs.toSorted((x, y) => x - y)[Math.floor(xs.length * p)]!.toFixed(1);
console.log(kind, mode, 'N', N, 'prefetch', prefetch, 'rate', rate, '| published', Math.round(N / pubbed * 1000) + '/s', '| through both', Math.round(N / total * 1000) + '/s', '| publish p50/p99', q(pubMs, .5), q(pubMs, .99), 'ms | end-to-end p50/p99', q(lagMs, .5), q(lagMs, .99), 'ms | cpu', process.cpuUsage().user / 1e6);
await w1.stop(); await w2.stop(); await a.close(); await b.close(); await c.close(); process.exit();
