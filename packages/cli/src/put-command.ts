import type { Postgres, PutOutcome } from '@freeway/postgres';
import { withDatabase } from './database.ts';
import { EXIT } from './exit-code.ts';
import { invalidateFacts } from './invalidate-facts.ts';
import { print, printJson, printRefusal } from './output.ts';

/** Runs one verb that puts something, prints what became of it, and tells the shared cache. */
export function putCommand(json: boolean, verb: (postgres: Postgres) => Promise<PutOutcome>): Promise<number> {
  return withDatabase(async ({ postgres, settings }) => {
    const outcome = await verb(postgres);
    if (outcome.status === 'refused') return printRefusal(outcome, json);
    await invalidateFacts(settings.REDIS_URL, outcome.changed);
    if (json) printJson({ status: outcome.status, subject: outcome.subject });
    else print(`${outcome.subject} ${outcome.status}`);
    return EXIT.ok;
  });
}
