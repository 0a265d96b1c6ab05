import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readScenario, type ScenarioResult } from './read-scenario.ts';

const FOLDER = new URL('../../scenarios/', import.meta.url);

/** The names of the scenarios that come with Freeway: the recipes of PROTOCOL section 5.6. */
export function scenarioNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => basename(file, '.json'))
    .toSorted();
}

/** One of these by its name, or a file of your own by its path. */
export function loadScenario(nameOrPath: string): ScenarioResult {
  const isOurs = scenarioNames().includes(nameOrPath);
  const name = basename(nameOrPath, '.json');
  try {
    return readScenario(name, readFileSync(isOurs ? new URL(`${nameOrPath}.json`, FOLDER) : nameOrPath, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EISDIR') throw error;
    return { ok: false, faults: [`there is no scenario ${nameOrPath}, nor a file of this name`] };
  }
}
