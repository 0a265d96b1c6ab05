/** Sentences for the faults that an operator can do something about, by SQLSTATE or the driver's code. */
const SENTENCES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'PostgreSQL does not answer: is it running, and is DATABASE_URL right?',
  ENOTFOUND: 'the host in DATABASE_URL is not known',
  EAI_AGAIN: 'the host in DATABASE_URL is not known',
  CONNECT_TIMEOUT: 'PostgreSQL does not answer: is it running, and is DATABASE_URL right?',
  NO_SERVER: 'none of the servers that DATABASE_URL names takes writes just now',
  '25006': 'the server in DATABASE_URL only reads: it is a standby',
  CONNECTION_CLOSED:
    'PostgreSQL closed the connection; what was under way may or may not be done: run the command again',
  '28P01': 'PostgreSQL refuses the user or password of DATABASE_URL',
  '28000': 'PostgreSQL refuses the user of DATABASE_URL',
  '3D000': 'the database that DATABASE_URL names does not exist',
  '42501': 'the user of DATABASE_URL may not do that',
  '42P01': 'the database is not migrated: run freeway migrate',
};

/** One clear sentence. Never the error's own text where that could carry a password. */
export function explainError(error: unknown): string {
  if (!(error instanceof Error)) return 'it failed for an unknown reason';
  const code = 'code' in error ? String(error.code) : '';
  const sentence = SENTENCES[code];
  if (sentence !== undefined) return sentence;
  return (error.message || code || error.name).replaceAll(/(:\/\/[^\s:/@]+):[^\s@]+@/g, '$1:***@');
}
