// A thread of its own: see process-watch.ts. It says when it is there. Told to begin, it samples; told to end, it sends what it saw.
// oxlint-disable unicorn/require-post-message-target-origin -- a thread has no origin
import { parentPort, workerData } from 'node:worker_threads';
import type { ProcessGroups } from './process-cpu.ts';
import { createUsageSampler, type UsageSampler } from './usage-sampler.ts';

const SAMPLE_MS = 1000;

let sampler: UsageSampler | undefined;
let timer: NodeJS.Timeout | undefined;

parentPort?.on('message', (told: 'begin' | 'end') => {
  if (told === 'begin') {
    sampler = createUsageSampler(workerData as ProcessGroups);
    timer = setInterval(() => sampler?.sample(), SAMPLE_MS);
  } else {
    clearInterval(timer);
    parentPort?.postMessage(sampler?.end());
    parentPort?.close();
  }
});
parentPort?.postMessage('ready');
