/** How one table gets its rows, from nothing that another table has. */
export interface TableFill {
  readonly table: string;
  /** Their names, with commas between. */
  readonly columns: string;
  readonly parts: readonly FillPart[];
}

/** Rows that are made alike, in chunks. */
export interface FillPart {
  /** What they are made of, users or purchases: from one, to before the other. */
  readonly from: number;
  readonly to: number;
  /** Rows of each of them, about. */
  readonly rowsOfEach: number;
  /** The rows of those from `from` to before `to`, as a query. */
  select(from: number, to: number): string;
}

export function rowsOf({ parts }: TableFill): number {
  return parts.reduce((sum, { from, to, rowsOfEach }) => sum + (to - from) * rowsOfEach, 0);
}
