import { readFileSync } from 'node:fs';
import { readSettings } from '@freeway/runtime';
import { type Command, InvalidArgumentError } from 'commander';
import type { TlsMaterial } from '../../check/ask-url.ts';
import type { CheckGroup } from '../../check/check.ts';
import { action, EXIT } from '../../exit-code.ts';
import { say } from '../../output.ts';

interface Options {
  readonly url: string;
  readonly webhookUrl?: string;
  readonly ca?: Buffer;
  readonly clientCert?: Buffer;
  readonly clientKey?: Buffer;
  readonly json?: boolean;
}

const HELP = `
Run it from outside your network, with the settings of gateway and intake in the environment: it asks as Marqeta would, and
as a stranger would. It needs no database. The gateway stores one decline, of a card that nobody has; of the rest nothing is
kept. With CORE_API_URL, CORE_API_APPLICATION_TOKEN and CORE_API_ADMIN_TOKEN it also reads how the programme is set up at
Marqeta, and changes nothing there. What no API shows is printed as questions. docs/go-live.md explains each check.

Exit codes: 0 nothing failed, 1 something did, 2 called or configured wrongly.

Examples:
  freeway check go-live --url https://gateway.example
  freeway check go-live --url https://a.example/v1/jit --webhook-url https://b.example/v1/webhooks/marqeta --json`;

export function registerGoLive(check: Command): void {
  check
    .command('go-live')
    .description('what must be right before Marqeta is pointed here: URLs, TLS, credentials, and the set-up at Marqeta')
    .requiredOption('--url <url>', 'the gateway as Marqeta will call it; without a path, /v1/jit', parseUrl)
    .option(
      '--webhook-url <url>',
      'intake as Marqeta will call it (default: /v1/webhooks/marqeta of the same host)',
      parseUrl,
    )
    .option('--ca <file>', 'PEM: an authority to trust instead of the usual ones', readPem)
    .option('--client-cert <file>', 'PEM: the certificate to show where one is asked for', readPem)
    .option('--client-key <file>', 'PEM: its key', readPem)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(action((options: Options) => goLive(options)));
}

async function goLive(options: Options): Promise<number> {
  const read = {
    gateway: readSettings('gateway', process.env),
    intake: readSettings('intake', process.env),
    cli: readSettings('cli', process.env),
  };
  const faults = new Set(Object.values(read).flatMap((result) => (result.ok ? [] : result.faults)));
  for (const url of [options.url, options.webhookUrl])
    // The parser of options would repeat what it refuses.
    if (url !== undefined && new URL(url).password !== '') faults.add('a URL: credentials come from the settings');
  for (const fault of faults) say(fault);
  if (faults.size > 0 || !read.gateway.ok || !read.intake.ok || !read.cli.ok) return EXIT.usage;
  const gatewayUrl = withPath(options.url, '/v1/jit');
  const webhookUrl = withPath(options.webhookUrl ?? new URL(gatewayUrl).origin, '/v1/webhooks/marqeta');
  const { checkEverything } = await import('../../check/check-everything.ts');
  const { printChecks } = await import('../../check/print-checks.ts');
  const groups: readonly CheckGroup[] = await checkEverything({
    gateway: read.gateway.settings,
    intake: read.intake.settings,
    cli: read.cli.settings,
    gatewayUrl,
    webhookUrl,
    tls: tlsOf(options),
  });
  return printChecks(groups, options.json ?? false);
}

function tlsOf({ ca, clientCert, clientKey }: Options): TlsMaterial {
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(clientCert === undefined ? {} : { cert: clientCert }),
    ...(clientKey === undefined ? {} : { key: clientKey }),
  };
}

function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new InvalidArgumentError('It must be an https:// URL.');
  return text;
}

function readPem(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw new InvalidArgumentError('It cannot be read.');
  }
}

function withPath(text: string, path: string): string {
  const url = new URL(text);
  if (url.pathname === '/') url.pathname = path;
  return url.href;
}
