import type { JobAttempt, PgBoss } from 'pg-boss';

/**
 * Removes handled messages from their queue. Those that finish while a removal is under way go together in the next: one
 * commit for many. The claim is fenced by pg-boss: a message that was given to somebody else meanwhile stays.
 */
export function createAcks(boss: PgBoss, queue: string): (job: JobAttempt) => Promise<void> {
  let waiting: { job: JobAttempt; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let removing = false;

  async function removeAll(): Promise<void> {
    removing = true;
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await boss.deleteJob(
          queue,
          batch.map(({ job }) => ({ id: job.id, retryCount: job.retryCount })),
        );
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    removing = false;
  }

  return (job) =>
    new Promise((resolve, reject) => {
      waiting.push({ job, resolve, reject });
      if (!removing) void removeAll();
    });
}
