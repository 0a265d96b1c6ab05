import { fileURLToPath } from 'node:url';
import { MongoBinary } from 'mongodb-memory-server-core';
import type { Log } from './debian-packages.ts';

const DOWNLOAD_FOLDER = fileURLToPath(new URL('../../.freeway/mongod', import.meta.url));
const TIMEOUT_MS = 180_000;

/** A real mongod for this system from MongoDB's site, kept for later runs. */
export async function downloadMongod(log: Log): Promise<string> {
  log('looking for a mongod to download (about 100 MB, once)');
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the download of mongod took too long')), TIMEOUT_MS);
  });
  try {
    return await Promise.race([MongoBinary.getPath({ downloadDir: DOWNLOAD_FOLDER }), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
