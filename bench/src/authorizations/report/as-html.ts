import { processColours } from './charts/colours.ts';
import { processesOf } from './charts/cpu.ts';
import { faultsOfRun } from './faults-of-run.ts';
import { commitText, gibText } from './machine-text.ts';
import { escapeHtml } from './page/escape-html.ts';
import { figuresSection } from './page/figures-section.ts';
import { latencySection } from './page/latency-section.ts';
import { PAGE_STYLE } from './page/page-style.ts';
import { referencesSection, runsSection } from './page/runs-section.ts';
import { cpuSection, saturationSection } from './page/saturation-section.ts';
import type { Previous } from './previous.ts';
import type { SuiteResult, Verdict } from './suite-result.ts';

/** Asks nobody for anything, whatever a title might say. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** One page that holds everything: no script, no request. */
export function asHtml(result: SuiteResult, previous?: Previous): string {
  const colours = processColours(
    processesOf([
      ...result.saturation.flatMap(({ points }) => points.map(({ cpuCores }) => cpuCores)),
      ...result.runs.map(({ cpuUs = {} }) => cpuUs),
    ]),
  );
  const sections = [
    head(result),
    figuresSection(result.figures, previous),
    saturationSection(result, colours),
    latencySection(result.runs),
    cpuSection(result, colours),
    runsSection(result.runs),
    referencesSection(result.references),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Freeway: authorizations, ${escapeHtml(result.startedAt.slice(0, 10))}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
<main>
${sections.filter((section) => section !== '').join('\n')}
</main>
</body>
</html>
`;
}

function head(result: SuiteResult): string {
  const { machine, commit, startedAt, tookMs, command } = result;
  const [before = 0] = machine.loadBefore;
  const [after = 0] = machine.loadAfter;
  const facts = [
    ['machine', `${machine.cpuModel}, ${machine.cores} cores, ${gibText(machine.memoryBytes)}`],
    ['system', `${machine.kernel}, ${machine.node}, ${machine.postgres}`],
    ['load average', `${before.toFixed(2)} before, ${after.toFixed(2)} after`],
    ['commit', commitText(commit)],
    ['started', `${startedAt}, took ${(tookMs / 60_000).toFixed(1)} min`],
    ['command', `npm run bench -- ${command}`],
  ];
  return `<h1>Freeway: what an authorization takes</h1>
<p class="tally">${tallyText(result)}</p>
<p class="quiet">Load generator, gateway and PostgreSQL share this one machine. Every answer is checked, commits are durable, and no
two requests are the same but for the repeats that are meant to be.</p>
<dl>${facts.map(([name = '', text = '']) => `<dt>${name}</dt><dd>${escapeHtml(text)}</dd>`).join('')}</dl>`;
}

function tallyText({ figures, runs }: SuiteResult): string {
  const count = (...verdicts: Verdict[]): number => figures.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const voidRuns = runs.filter((run) => faultsOfRun(run).length > 0).length;
  const parts = [
    `${count('aim', 'bar')} of ${figures.length} figures reach their bar, ${count('aim')} of them their aim`,
    count('missed') === 0 ? '' : `${count('missed')} missed`,
    count('not measured') === 0 ? '' : `${count('not measured')} not measured`,
    `${voidRuns === 0 ? 'none' : voidRuns} of ${runs.length} runs ${voidRuns > 1 ? 'are' : 'is'} void`,
  ];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
}
