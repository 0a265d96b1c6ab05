import type { LoadResult } from '../load/load-result.ts';
import { faultsOfRun } from './faults-of-run.ts';
import { suiteFaultsOf } from './suite-faults.ts';
import type { Figure, SaturationPoint, SuiteMachine, SuiteResult, SuiteRun } from './suite-result.ts';

/** For programs: snake_case, and units in the names. */
export function asJson(result: SuiteResult): object {
  const faults = suiteFaultsOf(result);
  return {
    bench: 'authorizations',
    passed: faults.length === 0,
    faults,
    started_at: result.startedAt,
    took_ms: result.tookMs,
    command: result.command,
    commit: result.commit.revision,
    commit_dirty: result.commit.isDirty,
    machine: machineAsJson(result.machine),
    figures: result.figures.map(figureAsJson),
    runs: result.runs.map(runAsJson),
    saturation: result.saturation.map(({ system, title, points }) => ({
      system,
      title,
      points: points.map(pointAsJson),
    })),
    references: result.references.map(({ title, authorizationsPerSecond, why }) => ({
      title,
      authorizations_per_second: authorizationsPerSecond ?? null,
      ...(why === undefined ? {} : { why }),
    })),
  };
}

export function machineAsJson(machine: SuiteMachine): object {
  return {
    cpu_model: machine.cpuModel,
    cores: machine.cores,
    memory_bytes: machine.memoryBytes,
    kernel: machine.kernel,
    node: machine.node,
    postgres: machine.postgres,
    load_average_before: machine.loadBefore,
    load_average_after: machine.loadAfter,
  };
}

function figureAsJson({ id, title, value, unit, bar, aim, better, verdict, why }: Figure): object {
  return { id, title, value: value ?? null, unit, bar, aim, better, verdict, ...(why === undefined ? {} : { why }) };
}

function runAsJson(run: SuiteRun): object {
  const faults = faultsOfRun(run);
  return {
    name: run.name,
    title: run.title,
    system: run.system,
    group: run.group,
    void: faults.length > 0,
    faults,
    ...loadAsJson(run.load),
    cpu_us: run.cpuUs ?? null,
    rss_bytes: run.rssBytes ?? null,
    events: run.events ?? [],
    ledger_clean: run.ledgerFault === undefined,
  };
}

function loadAsJson(load: LoadResult): object {
  return {
    loop: load.loop,
    seconds: load.seconds,
    sent: load.sent,
    answered: load.answered,
    offered_per_second: load.offeredPerSecond ?? null,
    answered_per_second: load.answeredPerSecond,
    approved: load.approved,
    declined: load.declined,
    repeated: load.repeated,
    wrong: load.wrong,
    latency_ms: load.latencyMs,
    sent_late_ms: load.sentLateMs ?? null,
    latency_curve_ms: load.curve,
    latency_over_time_ms: load.overTime,
  };
}

function pointAsJson(point: SaturationPoint): object {
  return {
    offered_per_second: point.offeredPerSecond,
    achieved_per_second: point.achievedPerSecond,
    p50_ms: point.p50Ms,
    p99_ms: point.p99Ms,
    cpu_cores: point.cpuCores,
    ...(point.fault === undefined ? {} : { fault: point.fault }),
  };
}
