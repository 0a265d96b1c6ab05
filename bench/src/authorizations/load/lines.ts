import type { JitRequest } from '../workload/jit-request.ts';
import { createLine, type Line, type LinePlan } from './line.ts';

/** The connections to one target. */
export interface Lines {
  /** Never waits: without a free line the message does. */
  post(request: JitRequest, sinceMs: number): void;
  /** Gives up on whatever was due before. */
  giveUpBefore(dueAtMs: number): void;
  close(): void;
}

export interface LinesPlan extends Pick<LinePlan, 'url' | 'headers'> {
  readonly connections: number;
  answered(request: JitRequest, sinceMs: number, status: number, body: string): void;
  unanswered(why: string): void;
}

interface Waiting {
  readonly request: JitRequest;
  readonly sinceMs: number;
}

export function createLines({ url, headers, connections, answered, unanswered }: LinesPlan): Lines {
  const lines: Line[] = [];
  /** The last that became free is the next that is used: as few as the load needs are ever opened. */
  const free: Line[] = [];
  let waiting: Waiting[] = [];

  function release(line: Line): void {
    const next = waiting.shift();
    if (next === undefined) free.push(line);
    else line.send(next.request, next.sinceMs);
  }

  for (let index = 0; index < connections; index++) {
    const line = createLine({
      url,
      headers,
      answered(self, request, sinceMs, status, body) {
        answered(request, sinceMs, status, body);
        release(self);
      },
      unanswered(self, why) {
        unanswered(why);
        release(self);
      },
    });
    lines.push(line);
    free.push(line);
  }

  return {
    post(request, sinceMs) {
      const line = free.pop();
      if (line === undefined) waiting.push({ request, sinceMs });
      else line.send(request, sinceMs);
    },
    giveUpBefore(dueAtMs) {
      const tooLate = waiting.filter(({ sinceMs }) => sinceMs < dueAtMs);
      if (tooLate.length > 0) {
        waiting = waiting.filter(({ sinceMs }) => sinceMs >= dueAtMs);
        for (let index = 0; index < tooLate.length; index++) unanswered('every connection was busy');
      }
      for (const line of lines) if (line.sinceMs !== undefined && line.sinceMs < dueAtMs) line.giveUp('timed out');
    },
    close() {
      for (const line of lines) line.close();
    },
  };
}
