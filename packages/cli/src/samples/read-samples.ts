import type { AuthorizationRequest } from '@freeway/core';
import { decodeRequest } from '@freeway/marqeta';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface SkippedSample {
  readonly file: string;
  readonly why: string;
}

export interface Samples {
  readonly requests: readonly AuthorizationRequest[];
  readonly skipped: readonly SkippedSample[];
}

/** Samples of requests, as Marqeta sends them, live beside this name in a folder and in its `synthetic` subfolder. */
const SAMPLE = /^request\..*\.json$/;

export async function readSamples(folder: string): Promise<Samples> {
  const requests: AuthorizationRequest[] = [];
  const skipped: SkippedSample[] = [];
  for (const file of await sampleFiles(folder)) {
    const decoded = decodeRequest(await readFile(join(folder, file)), {
      unknownMethod: 'authorize',
      receivedAtMs: Date.now(),
    });
    if (!decoded.ok) skipped.push({ file, why: decoded.fault.detail });
    else if (decoded.request.amountFault !== undefined)
      skipped.push({ file, why: `its amount or currency is faulty (${decoded.request.amountFault})` });
    else if (decoded.request.owner === undefined) skipped.push({ file, why: 'it names no owner' });
    else requests.push(decoded.request);
  }
  return { requests, skipped };
}

async function sampleFiles(folder: string): Promise<string[]> {
  const own = await readdir(folder, { withFileTypes: true });
  const hasSynthetic = own.some((entry) => entry.name === 'synthetic' && entry.isDirectory());
  const synthetic = hasSynthetic ? await readdir(join(folder, 'synthetic')) : [];
  return [
    ...own.map((entry) => entry.name).filter((name) => SAMPLE.test(name)),
    ...synthetic.filter((name) => SAMPLE.test(name)).map((name) => join('synthetic', name)),
  ].toSorted();
}
