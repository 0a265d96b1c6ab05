import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { ROOT } from './image/build-context.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export interface Service {
  readonly image: string;
  readonly build?: unknown;
  readonly user?: string;
  readonly init?: boolean;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly networks?: readonly string[] | Readonly<Record<string, { readonly ipv4_address?: string }>>;
  readonly profiles?: readonly string[];
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly privileged?: boolean;
  readonly security_opt?: readonly string[];
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly deploy?: {
    readonly resources?: {
      readonly limits?: { readonly cpus?: string; readonly memory?: string; readonly pids?: number };
    };
  };
}

export interface ComposeFile {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<
    Record<string, { readonly internal?: boolean; readonly ipam?: { readonly config: readonly { subnet: string }[] } }>
  >;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export const COMPOSE_TEXT = readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');

/** What an operator copies to .env. */
export const EXAMPLE_ENV: Variables = parseEnv(readFileSync(join(ROOT, 'deploy/compose.env.example'), 'utf8'));

/** The file as docker compose reads it: merge keys taken, variables put in, extensions left out. */
export function readComposeFile(variables: Variables, text = COMPOSE_TEXT): ComposeFile {
  const document = parse(text, { merge: true }) as Record<string, unknown>;
  const known = Object.entries(document).filter(([name]) => !name.startsWith('x-'));
  return interpolateAll(Object.fromEntries(known), variables) as ComposeFile;
}

/** A list of networks, or a map with an address in each, comes to the same names. */
export const networksOf = ({ networks = [] }: Service): readonly string[] =>
  Array.isArray(networks) ? (networks as readonly string[]) : Object.keys(networks);

function interpolateAll(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((each) => interpolateAll(each, variables));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, interpolateAll(each, variables)]));
}

/** $$, ${NAME}, ${NAME:-default} and ${NAME:?message}; anything else with a dollar is a fault. */
export function interpolate(text: string, variables: Variables): string {
  return text.replace(/\$(?:(\$)|\{(\w+)(?:(:-|:\?)([^}]*))?\}|.?)/g, (whole, dollar, name, operator, word) => {
    if (dollar !== undefined) return '$';
    if (name === undefined) throw new Error(`not understood: ${whole} in ${text}`);
    const value = variables[name as string] || undefined;
    if (value !== undefined) return value;
    if (operator === ':?') throw new Error(`${name}: ${word}`);
    return operator === ':-' ? (word as string) : '';
  });
}

/** What the container of a service gets: a variable without a value is taken from .env, or not there at all. */
export function environmentOf(service: Service, variables: Variables): Readonly<Record<string, string>> {
  const given = Object.entries(service.environment ?? {}).map(([name, value]) => [name, value ?? variables[name]]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as Record<string, string>;
}

const PROCESS_OF_COMMAND: Readonly<Record<string, string>> = { migrate: 'cli', database: 'cli' };

/** The services that run our image, each with the process whose settings it reads. */
export function freewayServices({ services }: ComposeFile): readonly (readonly [string, Service, string])[] {
  return Object.entries(services)
    .filter(([, service]) => service.image.startsWith('freeway:'))
    .map(([name, service]) => {
      const command = service.command?.[0] ?? 'cli';
      return [name, service, PROCESS_OF_COMMAND[command] ?? command] as const;
    });
}
