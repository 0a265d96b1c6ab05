/**
 * Colours by the reader's own wish for light or dark. Shades of a system's lines are mixed from its one hue: `strong`
 * towards the ink, `faint` towards the paper.
 */
const SHADES = ['freeway', 'null-server', 'textbook']
  .map(
    (system) =>
      `--${system}-strong: color-mix(in oklab, var(--${system}) 50%, var(--ink)); ` +
      `--${system}-faint: color-mix(in oklab, var(--${system}) 50%, var(--paper));`,
  )
  .join('\n  ');

export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #ffffff; --panel: #f6f7f9; --ink: #16191d; --muted: #5c6570; --rule: #aeb6c0; --grid: #e3e7ec;
  --freeway: #0072b2; --null-server: #009e73; --textbook: #d55e00; --postgres: #cc79a7; --generator: #9aa3ae;
  --other-1: #e69f00; --other-2: #56b4e9; --other-3: #b8a400;
  --missed: #a3341c; --reached: #0a5c8a;
  ${SHADES}
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #12151a; --panel: #1b1f26; --ink: #eceff3; --muted: #a3acb8; --rule: #56606c; --grid: #2a3039;
    --freeway: #56b4e9; --null-server: #2bc49a; --textbook: #f28a3d; --postgres: #dd9dc0; --generator: #78828e;
    --other-1: #f0b840; --other-2: #9bd3f5; --other-3: #e6d84a;
    --missed: #ff8f75; --reached: #7cc7f2;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 1120px; padding: 32px 24px 64px; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif;
}
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 8px; letter-spacing: -0.01em; }
h2 { font-size: 1.25rem; margin: 48px 0 4px; }
h3 { font-size: 1rem; margin: 0 0 4px; }
p { margin: 0 0 12px; max-width: 46em; }
.quiet, dt, th, caption { color: var(--muted); }
.tally { font-size: 1.125rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 16px 0 0; font-size: 0.875rem; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th { font-weight: 500; text-align: left; white-space: nowrap; }
th, td { padding: 6px 10px 6px 0; border-bottom: 1px solid var(--grid); vertical-align: middle; }
.number { text-align: right; white-space: nowrap; }
.wide { overflow-x: auto; }
.runs { font-size: 0.8125rem; }
.runs th { white-space: normal; vertical-align: bottom; }
.runs th:first-child, .runs td:first-child { position: sticky; left: 0; background: var(--paper); min-width: 150px; }
.figures td { padding: 10px 14px 10px 0; }
.figures .value { font-size: 1.125rem; font-weight: 600; }
.figures .bullet { width: 170px; }
.figures small, .runs small { display: block; color: var(--muted); }
.verdict { white-space: nowrap; font-weight: 600; }
.aim, .bar { color: var(--reached); }
.missed, .void small { color: var(--missed); }
.unmeasured { color: var(--muted); font-weight: 400; }
.faults { margin: 0; font-size: 0.875rem; color: var(--missed); }
.charts + .quiet { margin-top: 12px; }
.void .struck { text-decoration: line-through; color: var(--muted); }
.charts { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 24px; margin-top: 12px; }
figure { margin: 0; padding: 16px; background: var(--panel); border-radius: 8px; min-width: 0; }
figure p { font-size: 0.875rem; margin: 0 0 8px; }
svg { display: block; width: 100%; height: auto; }
.legend { list-style: none; margin: 12px 0 0; padding: 0; display: grid; gap: 2px 24px; font-size: 0.875rem;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 460px), 1fr)); font-variant-numeric: tabular-nums; }
.legend li { display: grid; grid-template-columns: 28px 1fr auto; gap: 0 8px; align-items: center; }
.swatch { width: 28px; height: 12px; }
.processes { display: flex; flex-wrap: wrap; }
.processes li { grid-template-columns: 12px auto; }
.processes .swatch { width: 12px; border-radius: 2px; }
@media (max-width: 760px) {
  body { padding: 20px 14px 48px; }
  .charts { grid-template-columns: minmax(0, 1fr); gap: 14px; }
  figure { padding: 12px 10px; }
  .legend:not(.processes) li { grid-template-columns: 28px 1fr; padding-bottom: 4px; }
  .legend .quiet, .legend small { grid-column: 2; }
  .figures thead { display: none; }
  .figures tr { display: grid; grid-template-columns: 1fr 1fr auto; gap: 0 12px; padding: 12px 0; border-bottom: 1px solid var(--grid); align-items: center; }
  .figures td { border: 0; padding: 2px 0; }
  .figures .name { grid-column: 1 / -1; }
  .figures .bullet { grid-column: 2 / -1; }
  .figures .number { text-align: left; }
  .figures .limit::before { content: attr(data-name) ' '; color: var(--muted); }
}
`;
