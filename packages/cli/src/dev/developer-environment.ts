import { createServer } from 'node:net';

type Environment = Record<string, string | undefined>;

const PASSWORD = 'Only-4-your-own-machine';

/** What works out of the box on a developer's machine; a real process has no credentials until they are set. */
const DEVELOPER_DEFAULTS: Readonly<Record<string, string>> = {
  JIT_BASIC_AUTH_USERNAME: 'marqeta',
  JIT_BASIC_AUTH_PASSWORD: PASSWORD,
  WEBHOOK_BASIC_AUTH_USERNAME: 'marqeta',
  WEBHOOK_BASIC_AUTH_PASSWORD: PASSWORD,
  // Off for a real gateway until it is enabled with a maximum (money.md "unloads"); here every method can be tried.
  ORIGINAL_CREDITS: 'true',
  ORIGINAL_CREDIT_MAX: '1000000',
};

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/**
 * The environment for `freeway dev` and the demo: what is unset gets a developer's default. A known password is given
 * only while nobody else can reach us.
 */
export async function developerEnvironment(env: Environment): Promise<Environment> {
  const host = env['HOST'] ?? '127.0.0.1';
  const intakeHost = env['INTAKE_HOST'] ?? '127.0.0.1';
  const defaults = { ...DEVELOPER_DEFAULTS };
  if (!LOOPBACK.has(host)) delete defaults['JIT_BASIC_AUTH_PASSWORD'];
  if (!LOOPBACK.has(intakeHost)) delete defaults['WEBHOOK_BASIC_AUTH_PASSWORD'];
  if (env['ORIGINAL_CREDITS'] !== undefined) delete defaults['ORIGINAL_CREDIT_MAX'];
  const ports = {
    PORT: env['PORT'] ?? (await freePort(host, 8080)),
    INTAKE_PORT: env['INTAKE_PORT'] ?? (await freePort(intakeHost, 8081)),
  };
  return { ...defaults, ...withoutUnset(env), ...ports };
}

function withoutUnset(env: Environment): Environment {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
}

/** This port, or any other if it is taken. */
function freePort(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const probe = createServer()
      .once('error', () => resolve('0'))
      .once('listening', () => probe.close(() => resolve(String(port))))
      .listen(port, host);
  });
}
