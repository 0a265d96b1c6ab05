import { bullet } from '../charts/bullet.ts';
import type { Previous } from '../previous.ts';
import type { Figure, Verdict } from '../suite-result.ts';
import { valueText } from '../value-text.ts';
import { escapeHtml } from './escape-html.ts';

/** In words and signs first: a colour alone says nothing to some. */
const VERDICTS: Readonly<Record<Verdict, readonly [className: string, text: string]>> = {
  aim: ['aim', '&#9733; aim reached'],
  bar: ['bar', '&#10003; bar reached'],
  missed: ['missed', '&#10007; missed'],
  'not measured': ['unmeasured', 'not measured'],
};

export function figuresSection(figures: readonly Figure[], previous: Previous | undefined): string {
  return `<h2>What it must reach</h2>
<p class="quiet">The stroke across each length is the bar, the dotted one the aim; lengths begin at zero.</p>
<table class="figures">
<thead><tr><th>figure</th><th class="number">value</th><th></th><th class="number">bar</th><th class="number">aim</th><th></th></tr></thead>
<tbody>
${figures.map((figure) => figureRow(figure, previous)).join('\n')}
</tbody>
</table>`;
}

function figureRow(figure: Figure, previous: Previous | undefined): string {
  const { title, why, value, bar, aim, better, verdict } = figure;
  const [className, text] = VERDICTS[verdict];
  const direction = better === 'higher' ? 'at least' : 'at most';
  const limit = (name: string, at: number): string =>
    `<td class="number limit" data-name="${name}" title="${direction}">${valueText(figure, at)}</td>`;
  return `<tr>
<td class="name">${escapeHtml(title)}${[why, beforeText(figure, previous)].map(smallHtml).join('')}</td>
<td class="number value">${valueText(figure, value)}</td>
<td class="bullet">${verdict === 'not measured' ? '' : bullet(figure)}</td>
${limit('bar', bar)}
${limit('aim', aim)}
<td class="verdict ${className}">${text}</td>
</tr>`;
}

function beforeText(figure: Figure, previous: Previous | undefined): string | undefined {
  const value = previous?.figures[figure.id];
  return value === undefined ? undefined : `${valueText(figure, value)} at ${previous?.revision.slice(0, 10)}`;
}

function smallHtml(text: string | undefined): string {
  return text === undefined ? '' : `<small>${escapeHtml(text)}</small>`;
}
