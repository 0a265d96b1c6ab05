import { BarChart, type BarSeriesOption, LineChart, type LineSeriesOption } from 'echarts/charts';
import {
  GridComponent,
  type GridComponentOption,
  MarkLineComponent,
  type MarkLineComponentOption,
} from 'echarts/components';
import { type ComposeOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeHtml } from '../page/escape-html.ts';

use([BarChart, LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

export type Series = BarSeriesOption | LineSeriesOption;
export type ChartOption = ComposeOption<Series | GridComponentOption | MarkLineComponentOption>;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** As wide as a phone shows without making its letters too small to read; larger screens show two beside each other. */
export const CHART_SIZE: Size = { width: 460, height: 290 };

/** ECharts adds rules for a mouse that hovers, which have no place in a picture. */
const HOVER_RULES = /<style[\s\S]*?<\/style>/g;

/** An SVG element for a page, as wide as its place; `label` is for those who cannot see it. Colours may be the page's variables. */
export function renderChart(option: ChartOption, label: string, size: Size = CHART_SIZE): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily: 'inherit' }, ...option });
    const svg = chart.renderToSVGString({ useViewBox: true }).replace(HOVER_RULES, '');
    return svg.replace('<svg ', `<svg role="img" aria-label="${escapeHtml(label)}" `);
  } finally {
    chart.dispose();
  }
}
