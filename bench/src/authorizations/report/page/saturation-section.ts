import { strokeOf } from '../charts/colours.ts';
import { cpuByOffered, cpuByRun, processesOf } from '../charts/cpu.ts';
import { achievedByOffered, p99ByOffered } from '../charts/saturation.ts';
import { faultsOfRun } from '../faults-of-run.ts';
import type { SaturationCurve, SuiteResult, SuiteRun } from '../suite-result.ts';
import { countText } from '../value-text.ts';
import { escapeHtml } from './escape-html.ts';

type Colours = ReadonlyMap<string, string>;

export function saturationSection({ saturation, machine }: SuiteResult, colours: Colours): string {
  const curves = saturation.filter(({ points }) => points.length > 0);
  if (curves.length === 0) return '';
  const systems = curves.map(({ system, title }) => swatchItem(strokeOf(system, 0).colour, title));
  const shares = curves.map((curve) => {
    const processes = processesOf(curve.points.map(({ cpuCores }) => cpuCores));
    if (processes.length === 0) return '';
    const title = `CPU: ${curve.title}`;
    return `<figure><h3>${escapeHtml(title)}</h3>${processLegend(processes, colours)}${cpuByOffered(curve, machine.cores, colours, title)}</figure>`;
  });
  return `<h2>Saturation</h2>
<p class="quiet">Open loop at rising rates. A system is saturated where its line leaves the dotted one, on which all that is
offered is answered. A cross is a void point: something was answered wrongly or not at all.</p>
<ul class="legend processes">${systems.join('')}</ul>
<div class="charts">
<figure><h3>Offered against answered</h3>${achievedByOffered(curves, 'Answered requests by offered requests')}</figure>
<figure><h3>Latency at each offer</h3>${p99ByOffered(curves, 'p99 by offered requests')}</figure>
${shares.join('\n')}
</div>
${voidPoints(curves)}`;
}

function voidPoints(curves: readonly SaturationCurve[]): string {
  const items = curves.flatMap(({ title, points }) =>
    points.flatMap(({ offeredPerSecond, fault }) =>
      fault === undefined ? [] : [`<li>${escapeHtml(`${title} at ${countText(offeredPerSecond)}/s: ${fault}`)}</li>`],
    ),
  );
  return items.length === 0 ? '' : `<p class="quiet">Void points:</p><ul class="faults">${items.join('')}</ul>`;
}

/** Of the runs whose processes the system tells apart; void ones are left out. */
export function cpuSection({ runs }: SuiteResult, colours: Colours): string {
  const known = runs.filter((run) => run.cpuUs !== undefined && faultsOfRun(run).length === 0);
  const own = known.filter(({ system }) => system === 'freeway');
  const others = known.filter(({ system }) => system !== 'freeway');
  // An opponent may cost ten times as much: with it, Freeway's own runs would be too short to compare.
  const charts = [
    cpuFigure('Freeway', own, colours),
    others.length === 0 ? '' : cpuFigure('Against the references', [...own.slice(0, 1), ...others], colours),
  ].filter((chart) => chart !== '');
  if (charts.length === 0) return '';
  return `<h2>CPU for one authorization</h2>
<p class="quiet">What a rate cannot show on a machine that all of them share.</p>
<div class="charts">
${charts.join('\n')}
</div>`;
}

function cpuFigure(title: string, runs: readonly SuiteRun[], colours: Colours): string {
  if (runs.length === 0) return '';
  const legend = processLegend(processesOf(runs.map(({ cpuUs = {} }) => cpuUs)), colours);
  return `<figure><h3>${title}</h3>${legend}${cpuByRun(runs, colours, `CPU for one authorization: ${title}`)}</figure>`;
}

function processLegend(processes: readonly string[], colours: Colours): string {
  const items = processes.map((process) => swatchItem(colours.get(process) ?? 'var(--muted)', process));
  return `<ul class="legend processes">${items.join('')}</ul>`;
}

function swatchItem(colour: string, name: string): string {
  return `<li><span class="swatch" style="background:${colour}"></span>${escapeHtml(name)}</li>`;
}
