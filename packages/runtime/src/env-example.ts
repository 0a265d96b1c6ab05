import { mayComeFromFile } from './read-settings.ts';
import type { CatalogueEntry } from './setting.ts';
import { SETTINGS } from './settings.ts';

const HEAD = `# Every setting of Freeway. Copy this file to .env and change what you need.
# Made from packages/runtime/src/settings.ts; after a change there: node packages/runtime/src/env-example.ts > .env.example
#
# A line such as #NAME=value shows the default. Lines without the # must be filled in.
# Where it says "or from a file", NAME_FILE may name a file that holds the value instead (docker secrets).
`;

const WIDTH = 116;

/** The text of `.env.example`: each setting once, under its group, with what it is for. */
export function envExample(): string {
  let text = HEAD;
  let title = '';
  for (const [name, entry] of Object.entries<CatalogueEntry>(SETTINGS)) {
    if (entry.group !== title) text += `\n# ${'-'.repeat(8)} ${entry.group} (${entry.processes.join(', ')})\n`;
    title = entry.group;
    text += `\n${comment([entry.about, accepts(entry), absence(entry)].filter(Boolean).join(' '))}${line(name, entry)}\n`;
  }
  return text;
}

function line(name: string, entry: CatalogueEntry): string {
  if ('required' in entry) return `${name}=`;
  return `#${name}=${'default' in entry ? String(entry.default) : ''}`;
}

function accepts(entry: CatalogueEntry): string {
  if (entry.type === 'choice') return `One of ${entry.choices.join(', ')}.`;
  if (entry.type === 'boolean') return 'true or false.';
  if (entry.type === 'url')
    return `${entry.protocols.map((protocol) => `${protocol}//`).join(' or ')}, or from a file.`;
  const from = mayComeFromFile(entry) ? ' Or from a file.' : '';
  if ('minLength' in entry) return `At least ${entry.minLength} characters.${from}`;
  if ('min' in entry && 'max' in entry) return `${entry.min} to ${entry.max}.`;
  return from.trim();
}

function absence(entry: CatalogueEntry): string {
  if ('required' in entry) return 'Required.';
  return 'unset' in entry ? `Unset: ${entry.unset}.` : '';
}

/** Breaks at spaces into comment lines. */
function comment(prose: string): string {
  const lines = [''];
  for (const word of prose.split(' ')) {
    const last = lines.length - 1;
    if (`${lines[last]} ${word}`.length > WIDTH) lines.push(word);
    else lines[last] = `${lines[last]} ${word}`.trim();
  }
  return lines.map((text) => `# ${text}\n`).join('');
}

if (import.meta.main) process.stdout.write(envExample());
