import {
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { type Panel, ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as ChartBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

/** As Grafana calls them. `none` is a bare number. */
export type Unit =
  'none' | 'short' | 's' | 'ms' | 'percentunit' | 'reqps' | 'ops' | 'bytes' | 'Bps' | 'dateTimeFromNow';

export interface Query {
  readonly expr: string;
  /** How its series are called: text, or `{{label}}`. */
  readonly legend: string;
}

export interface PanelPlan {
  readonly title: string;
  /** What it shows, and when to worry. */
  readonly description: string;
  readonly unit: Unit;
  readonly queries: readonly Query[];
  /** From this value on it is worth a look (orange), and bad (red). */
  readonly warn?: number;
  readonly bad?: number;
  /** Small is bad: below `bad` red, below `warn` orange. */
  readonly lowIsBad?: boolean;
  readonly decimals?: number;
}

export interface ChartPlan extends PanelPlan {
  readonly stacked?: boolean;
  /** Upper end of the axis. */
  readonly max?: number;
}

export interface PlacedPanel {
  build(place: { readonly id: number; readonly x: number; readonly y: number }): Panel;
  readonly width: number;
  readonly height: number;
}

/** Provisioned under this name (provisioning/datasources). */
export const DATASOURCE = { type: 'prometheus', uid: 'freeway-prometheus' };

/** A number of now. Six stand in a row. */
export function stat(plan: PanelPlan): PlacedPanel {
  const size = { width: 4, height: 4 };
  return {
    ...size,
    build: ({ id, x, y }) =>
      described(new StatBuilder(), plan)
        .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
        .graphMode(BigValueGraphMode.Area)
        .id(id)
        .gridPos({ x, y, w: size.width, h: size.height })
        .build(),
  };
}

/** Lines over time. Two stand in a row. */
export function chart(plan: ChartPlan): PlacedPanel {
  const size = { width: 12, height: 8 };
  const legend = new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .calcs(['lastNotNull', 'max']);
  const hasThresholds = plan.warn !== undefined || plan.bad !== undefined;
  return {
    ...size,
    build({ id, x, y }) {
      const builder = described(new ChartBuilder(), plan)
        .legend(legend)
        .tooltip({ build: () => ({ mode: TooltipDisplayMode.Multi, sort: SortOrder.Descending }) })
        .lineWidth(1)
        .fillOpacity(plan.stacked === true ? 40 : 8)
        .showPoints(VisibilityMode.Never)
        .min(0)
        .id(id)
        .gridPos({ x, y, w: size.width, h: size.height });
      if (plan.max !== undefined) builder.max(plan.max);
      if (plan.stacked === true) builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal));
      if (hasThresholds)
        builder.thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed));
      return builder.build();
    },
  };
}

function described<B extends StatBuilder | ChartBuilder>(builder: B, plan: PanelPlan): B {
  builder
    .title(plan.title)
    .description(plan.description)
    .datasource(DATASOURCE)
    .unit(plan.unit)
    .thresholds(thresholdsOf(plan))
    .targets(plan.queries.map(({ expr, legend }, nth) => queryOf(expr, legend, nth)));
  if (plan.decimals !== undefined) builder.decimals(plan.decimals);
  return builder;
}

function queryOf(expr: string, legend: string, nth: number): DataqueryBuilder {
  return new DataqueryBuilder()
    .refId(String.fromCodePoint('A'.codePointAt(0)! + nth))
    .datasource(DATASOURCE)
    .expr(expr)
    .legendFormat(legend)
    .range();
}

function thresholdsOf({ warn, bad, lowIsBad = false }: PanelPlan): ThresholdsConfigBuilder {
  const steps = lowIsBad
    ? [
        { value: null, color: bad === undefined ? 'orange' : 'red' },
        ...(bad === undefined ? [] : [{ value: bad, color: warn === undefined ? 'green' : 'orange' }]),
        ...(warn === undefined ? [] : [{ value: warn, color: 'green' }]),
      ]
    : [
        { value: null, color: 'green' },
        ...(warn === undefined ? [] : [{ value: warn, color: 'orange' }]),
        ...(bad === undefined ? [] : [{ value: bad, color: 'red' }]),
      ];
  const isPlain = warn === undefined && bad === undefined;
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(isPlain ? [{ value: null, color: 'green' }] : steps);
}
