const LABEL = { color: 'var(--muted)', fontSize: 13 };

const LOOK = {
  axisLabel: LABEL,
  axisLine: { show: true, lineStyle: { color: 'var(--rule)' } },
  axisTick: { show: false },
  splitLine: { show: true, lineStyle: { color: 'var(--grid)' } },
} as const;

/** Where the axes stand: room for six digits at the left and two lines below. */
export const GRID = { left: 54, right: 26, top: 40, bottom: 48, outerBoundsMode: 'none' } as const;

/** Named below, in the middle. */
export function xAxisLook(name: string) {
  return { ...LOOK, name, nameLocation: 'middle', nameGap: 29, nameTextStyle: LABEL } as const;
}

/** Named above, where it need not be turned to be read. */
export function yAxisLook(name: string) {
  const nameTextStyle = { ...LABEL, align: 'left', padding: [0, 0, 0, 8 - GRID.left] as number[] } as const;
  return { ...LOOK, name, nameLocation: 'end', nameGap: 20, nameTextStyle } as const;
}
