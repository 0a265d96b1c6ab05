// A process of its own: see ../start-reference.ts. DATABASE_URL, and REDIS_URL, RABBITMQ_URL where they are to be used, under
// names that begin with NAME_PREFIX.
import { credentialsOf, serveParent } from '../serve-parent.ts';
import { createAuthorize } from './authorize.ts';
import { openFactCache } from './cached-facts.ts';
import { openEvents } from './events.ts';
import { createLookUp } from './facts.ts';
import { BY_KEY, openPool } from './open-pool.ts';
import { createTextbookServer } from './textbook-server.ts';

/** What one server of two cores is usually given. */
const CONNECTIONS_MAX = 20;

const { DATABASE_URL, REDIS_URL, RABBITMQ_URL, NAME_PREFIX = '' } = process.env;
if (DATABASE_URL === undefined) throw new Error('textbook needs a DATABASE_URL');
const sql = openPool(DATABASE_URL, CONNECTIONS_MAX, BY_KEY);
const source = createLookUp(sql);
const cache = REDIS_URL === undefined ? undefined : await openFactCache(REDIS_URL, `${NAME_PREFIX}textbook:`, source);
const events = RABBITMQ_URL === undefined ? undefined : await openEvents(RABBITMQ_URL, `${NAME_PREFIX}textbook`);
const authorize = createAuthorize({
  sql,
  lookUp: cache?.lookUp ?? source,
  ...(events === undefined ? {} : { events }),
});
const app = createTextbookServer(credentialsOf(process.env), authorize);
app.addHook('onClose', async () => {
  await events?.close();
  cache?.close();
  await sql.end({ timeout: 5 });
});
await serveParent(app);
