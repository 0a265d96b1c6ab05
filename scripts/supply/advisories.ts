import type { PnpmRun } from './run-pnpm.ts';

export type Advisories =
  | { readonly status: 'known'; readonly advisories: readonly string[] }
  /** Nobody said that there are none. */
  | { readonly status: 'unknown'; readonly why: string };

interface Report {
  readonly advisories?: Readonly<
    Record<string, { module_name?: string; severity?: string; title?: string; url?: string }>
  >;
  readonly metadata?: { readonly vulnerabilities?: object };
}

/** What `pnpm audit --json` found out, if it found out anything. */
export function readAdvisories({ code, stdout, stderr }: PnpmRun): Advisories {
  const report = parse(stdout);
  // It exits 1 when there are some, and with anything when it could not ask; only a whole report is an answer.
  if (report?.metadata?.vulnerabilities === undefined || report.advisories === undefined)
    return { status: 'unknown', why: firstSentence(stderr || stdout) || `pnpm audit ended with ${code}` };
  const advisories = Object.values(report.advisories).map(({ module_name, severity, title, url }) =>
    `${severity ?? '?'}  ${module_name ?? '?'}: ${title ?? '?'} ${url ?? ''}`.trimEnd(),
  );
  return { status: 'known', advisories };
}

function parse(text: string): Report | undefined {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return undefined;
  }
}

function firstSentence(text: string): string {
  return text
    .replaceAll(/[│×\s]+/g, ' ')
    .trim()
    .slice(0, 200);
}
