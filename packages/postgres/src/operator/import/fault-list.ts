export interface LineFault {
  readonly line: number;
  readonly message: string;
}

export interface FaultList {
  add(line: number, message: string): void;
  /** Faulty lines, each counted once. */
  count(): number;
  /** The first faulty lines, by line number. */
  first(): readonly LineFault[];
}

/** Keeps the first `max` faulty lines in full and counts the others: a wholly wrong file stays readable. */
export function createFaultList(max: number): FaultList {
  const lines = new Set<number>();
  let kept: LineFault[] = [];
  const sorted = (): LineFault[] => kept.toSorted((a, b) => a.line - b.line).slice(0, max);
  return {
    add(line, message) {
      if (lines.has(line)) return;
      lines.add(line);
      kept.push({ line, message });
      if (kept.length > 4 * max) kept = sorted();
    },
    count: () => lines.size,
    first: sorted,
  };
}
