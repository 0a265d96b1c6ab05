import { describe, expect, it } from 'vitest';
import { createDeadLetterTally } from '../src/dead-letter-tally.ts';
import { MAX_NAMED_IDS, type DeadLetter, type DeadLetterFilter } from '../src/ports/dead-letters.ts';

const LETTER: DeadLetter = {
  id: 'm1',
  type: 'authorization_decided',
  body: '{}',
  reason: 'attempts_exhausted',
  originalQueue: 'jit-funding-queue',
  attempts: 4,
  redriven: 0,
  firstError: 'Error: archive away',
  lastError: 'Error: Connection refused',
  firstFailedAtMs: 1_000,
  lastFailedAtMs: 2_000,
};

const matches = (filter: DeadLetterFilter, letter: DeadLetter = LETTER) =>
  createDeadLetterTally(filter).examine(letter);

describe('what a filter of dead letters means', () => {
  it.each<[DeadLetterFilter, boolean]>([
    [{}, true],
    [{ ids: ['m0', 'm1'] }, true],
    [{ ids: ['m0'] }, false],
    [{ ids: [] }, false],
    [{ types: ['authorization_decided'] }, true],
    [{ types: ['authorization_requested'] }, false],
    [{ reasons: ['attempts_exhausted', 'not_ours'] }, true],
    [{ reasons: ['invalid_message'] }, false],
    [{ errorText: 'ARCHIVE' }, true],
    [{ errorText: 'refused' }, true],
    [{ errorText: 'nothing of it' }, false],
    [{ failedBeforeMs: 2_001 }, true],
    [{ failedBeforeMs: 2_000 }, false],
    [{ failedAfterMs: 1_999 }, true],
    [{ failedAfterMs: 2_000 }, false],
    [{ failedAfterMs: 1_500, failedBeforeMs: 2_500, reasons: ['attempts_exhausted'], errorText: 'away' }, true],
    [{ failedAfterMs: 1_500, failedBeforeMs: 2_500, reasons: ['not_ours'], errorText: 'away' }, false],
  ])('%j: %s', (filter, expected) => {
    expect(matches(filter)).toBe(expected);
  });

  it('a letter that nobody timed is neither before nor after anything', () => {
    const { firstFailedAtMs: _first, lastFailedAtMs: _last, ...untimed } = LETTER;
    expect(matches({ failedBeforeMs: Number.MAX_SAFE_INTEGER }, untimed)).toBe(false);
    expect(matches({ failedAfterMs: 0 }, untimed)).toBe(false);
    expect(matches({}, untimed)).toBe(true);
  });
});

describe('a tally of dead letters', () => {
  it('counts what was examined and what matched, and names the ids that are not there', () => {
    const tally = createDeadLetterTally({ ids: ['m1', 'm2', 'm9'], reasons: ['attempts_exhausted'] });
    tally.examine(LETTER);
    tally.examine({ ...LETTER, id: 'm2', reason: 'not_ours' });
    tally.examine({ ...LETTER, id: 'm3' });
    expect(tally.outcome(5, 1)).toEqual({
      total: 5,
      examined: 3,
      matching: 1,
      unknownIds: ['m9'],
      done: 1,
      ids: ['m1'],
    });
  });

  it('names the first ids only, and counts them all', () => {
    const tally = createDeadLetterTally({});
    for (let n = 0; n < MAX_NAMED_IDS + 5; n += 1) tally.examine({ ...LETTER, id: `m${n}` });
    const { ids, matching } = tally.outcome(MAX_NAMED_IDS + 5, 0);
    expect(ids).toHaveLength(MAX_NAMED_IDS);
    expect(ids.at(-1)).toBe(`m${MAX_NAMED_IDS - 1}`);
    expect(matching).toBe(MAX_NAMED_IDS + 5);
  });
});
