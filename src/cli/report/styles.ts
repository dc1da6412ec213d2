/** The report's style sheet: the page's colours, light and dark, and nothing to fetch. */
export const reportStyles = `
:root {
  color-scheme: light dark;
  --ground: #fff8f2; --surface: #ffffff; --text: #33212f; --quiet: #6a5263; --line: #ecd8ca;
  --accent: #b4235a; --heat: 180 35 90; --ideal: #0b6e69;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #1d1420; --surface: #2a1e2d; --text: #fbeee6; --quiet: #d3bccb; --line: #4a3650;
    --accent: #ff8fb1; --heat: 255 143 177; --ideal: #6fe0d6;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: clamp(1rem, 4vw, 3rem); max-width: 76rem; background: var(--ground); color: var(--text);
  font: 1rem/1.55 ui-rounded, 'Segoe UI', system-ui, sans-serif; overflow-wrap: anywhere;
}
h1, h2 { line-height: 1.15; margin: 0; text-wrap: balance; }
h1 { font-size: clamp(1.9rem, 1.4rem + 2.4vw, 3rem); letter-spacing: -0.02em; }
h2 { font-size: clamp(1.2rem, 1.05rem + 0.7vw, 1.5rem); margin-bottom: 1rem; }
p { margin: 0 0 0.75rem; text-wrap: pretty; }
header { margin-bottom: 1.5rem; }
main { display: grid; grid-template-columns: repeat(12, minmax(0, 1fr)); gap: 1.25rem; }
section {
  grid-column: span 6; background: var(--surface); border: 1px solid var(--line); border-radius: 1.25rem;
  padding: clamp(1rem, 2.5vw, 1.75rem);
}
section.wide { grid-column: 1 / -1; }
@media (max-width: 56rem) { section { grid-column: 1 / -1; } }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: 0.35rem 1.5rem; margin: 1rem 0 0; }
.facts dt { color: var(--quiet); font-size: 0.85rem; }
.facts dd { margin: 0 0 0.4rem; font-weight: 600; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11.5rem), 1fr)); gap: 1rem; margin: 0; }
.figures div { border-left: 4px solid var(--accent); padding-left: 0.85rem; }
.figures dt { font-size: 0.9rem; line-height: 1.3; }
.figures dd { margin: 0.25rem 0 0; font-size: 1.65rem; font-weight: 700; font-variant-numeric: tabular-nums; line-height: 1.2; }
.figures dd small { display: block; font-size: 0.8rem; font-weight: 400; color: var(--quiet); }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-size: 0.9rem; margin-bottom: 0.75rem; }
th, td { overflow-wrap: normal; padding: 0.4rem 0.5rem; text-align: right; border-bottom: 1px solid var(--line); vertical-align: baseline; }
thead th { font-size: 0.85rem; vertical-align: bottom; }
td { white-space: nowrap; }
th:first-child { text-align: left; }
.scroll { overflow-x: auto; border-radius: 0.5rem; }
.scroll:focus-visible { outline: 3px solid var(--ideal); outline-offset: 3px; }
.confusion { width: auto; min-width: min(100%, 18rem); border-collapse: separate; border-spacing: 3px; }
.confusion th, .confusion td { border: 0; }
.confusion tbody td {
  text-align: center; min-width: 4.2rem; padding: 0.85rem 0.4rem; border-radius: 0.6rem;
  background: rgb(var(--heat) / calc(0.04 + 0.36 * var(--share)));
}
.confusion thead th { text-align: center; }
.confusion b { display: block; font-size: 1.2rem; }
.chart { display: block; width: 100%; max-width: 27rem; height: auto; margin: 0 auto 1rem; }
.chart text { fill: var(--quiet); font-size: 12px; }
.frame { fill: none; stroke: var(--line); }
.grid { fill: none; stroke: var(--line); stroke-width: 0.7; }
.ideal { fill: none; stroke: var(--ideal); stroke-width: 1.5; stroke-dasharray: 5 4; }
.measured { fill: none; stroke: var(--accent); stroke-width: 1.5; stroke-opacity: 0.55; }
.gap { fill: none; stroke: var(--accent); stroke-width: 5; stroke-opacity: 0.22; }
.bin { fill: var(--accent); fill-opacity: 0.85; stroke: var(--surface); stroke-width: 1.5; }
.lines { fill: none; stroke: var(--quiet); stroke-width: 1.1; stroke-linejoin: round; stroke-opacity: 0.6; }
.dots { fill: var(--accent); }
.weights { fill: rgb(var(--heat)); stroke: var(--surface); stroke-width: 0.8; }
.weights circle { fill-opacity: calc(0.25 + 0.7 * var(--share)); }
.bar { display: inline-block; vertical-align: middle; height: 0.6em; width: calc(6rem * var(--share)); margin-right: 0.5em; border-radius: 1em; background: var(--accent); }
.mistakes { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 9.5rem), 1fr)); gap: 1rem; margin: 0; padding: 0; list-style: none; }
.mistakes figure { margin: 0; border: 1px solid var(--line); border-radius: 1rem; overflow: hidden; height: 100%; }
.mistakes .pictures { display: flex; background: var(--ground); }
.mistakes .pictures > * { flex: 1 1 0; min-width: 0; width: 100%; max-height: 12rem; object-fit: contain; }
figcaption { padding: 0.7rem 0.9rem; font-size: 0.9rem; }
figcaption p { margin: 0; }
figcaption .file { color: var(--quiet); font-size: 0.8rem; }
p.verdict { margin: 1rem 0 0; }
details { margin-top: 1rem; }
summary { cursor: pointer; font-weight: 600; padding: 0.4rem 0; }
summary:focus-visible { outline: 3px solid var(--ideal); outline-offset: 3px; border-radius: 0.3rem; }
.notes dt { font-weight: 600; }
.notes dd { margin: 0 0 0.75rem; }
footer { margin-top: 1.5rem; color: var(--quiet); font-size: 0.9rem; }
@media print { body { background: none; max-width: none; padding: 0; } section { break-inside: avoid; } }
`;
