import type { Bench } from '../run-bench.ts';
import { measureSuite } from './measure/measure-suite.ts';
import { asJson } from './report/as-json.ts';
import { asTable } from './report/as-table.ts';
import { suiteFaultsOf } from './report/suite-faults.ts';
import type { SuiteResult } from './report/suite-result.ts';
import type { Previous } from './report/previous.ts';
import { appendResult } from './results/append-result.ts';
import { suiteEntry } from './results/history-entry.ts';
import { machineKindOf } from './results/machine-kind.ts';
import { lastOf, readHistory } from './results/read-history.ts';
import { writeResult } from './results/write-result.ts';
import type { SuiteOptions } from './suite-options.ts';

interface Kept {
  readonly result: SuiteResult;
  /** Of the history, before this one. */
  readonly previous: Previous | undefined;
}

export function suiteBench(options: SuiteOptions): Bench<SuiteOptions, Kept> {
  return {
    async measure(world) {
      const result = await measureSuite(options, world);
      const previous = lastOf(readHistory(), { kind: 'suite', machineKind: machineKindOf(result.machine) });
      // What measured a part only is no result that others are compared with.
      if (options.only === undefined) appendResult(suiteEntry(result));
      if (options.out !== undefined) for (const file of writeResult(options.out, result, previous)) world.say(file);
      return { result, previous };
    },
    faultsOf: ({ result }) => suiteFaultsOf(result),
    format: ({ result: { result, previous } }) => asTable(result, previous),
    asJson: ({ result: { result } }) => asJson(result),
  };
}
