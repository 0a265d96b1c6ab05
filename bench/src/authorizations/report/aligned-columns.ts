export type Side = 'left' | 'right';

const GAP = '  ';

/** Rows of equal length as lines whose columns are as wide as their widest cell. */
export function alignedColumns(sides: readonly Side[], rows: readonly (readonly string[])[]): readonly string[] {
  const widths = sides.map((_, column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        return sides[column] === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join(GAP)
      .trimEnd(),
  );
}
