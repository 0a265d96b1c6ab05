import { latencyByPercentile } from '../charts/latency-by-percentile.ts';
import { type LatencyLine, latencyLines } from '../charts/latency-lines.ts';
import { latencyOverTime } from '../charts/latency-over-time.ts';
import type { SuiteRun } from '../suite-result.ts';
import { msText } from '../value-text.ts';
import { escapeHtml } from './escape-html.ts';

/** Two charts for each group of runs, with one legend. */
export function latencySection(runs: readonly SuiteRun[]): string {
  if (runs.length === 0) return '';
  return [...Map.groupBy(runs, ({ group }) => group)].map(([group, ofIt]) => groupHtml(group, ofIt)).join('\n');
}

function groupHtml(group: string, runs: readonly SuiteRun[]): string {
  const lines = latencyLines(runs);
  const loops = new Set(runs.map(({ load }) => load.loop));
  return `<h2>Latency: ${escapeHtml(group)}</h2>
<p class="quiet">${[...loops].map((loop) => LOOPS[loop]).join(' ')}</p>
${legend(lines)}
<div class="charts">
<figure><h3>By percentile</h3>${latencyByPercentile(lines, `Latency by percentile: ${group}`)}</figure>
<figure><h3>Over time</h3>${latencyOverTime(lines, `Latency over time: ${group}`)}</figure>
</div>`;
}

const LOOPS: Readonly<Record<SuiteRun['load']['loop'], string>> = {
  closed:
    'Closed loop: each connection sends its next request when it has its answer, so latency is that of a full queue.',
  open: 'Open loop: every request has its time, whatever became of others, and its latency counts from then.',
};

function legend(lines: readonly LatencyLine[]): string {
  return `<ul class="legend">${lines.map(legendItem).join('')}</ul>`;
}

function legendItem({ run: { title, load }, stroke }: LatencyLine): string {
  const name = escapeHtml(title);
  if (stroke === undefined) return `<li class="void"><span></span><span><s>${name}</s></span><small>void</small></li>`;
  const dash = stroke.dash === undefined ? '' : ` stroke-dasharray="${stroke.dash.join(' ')}"`;
  const swatch = `<svg class="swatch" viewBox="0 0 28 12" aria-hidden="true"><path d="M0 6H28" stroke="${stroke.colour}" stroke-width="2.5"${dash}/></svg>`;
  const { p50, p99, p999 } = load.latencyMs;
  const numbers = `p50 ${msText(p50)} &middot; p99 ${msText(p99)} &middot; p99.9 ${msText(p999)} ms`;
  return `<li>${swatch}<span>${name}</span><span class="quiet">${numbers}</span></li>`;
}
