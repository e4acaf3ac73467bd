/** The look of a report, by day and by night, from 320 pixels on, on paper too. */
export const STYLE = `
:root { color-scheme: light dark; --page: #f6f7f9; --card: #ffffff; --text: #1c2430; --soft: #566273; --line: #dfe4ea;
  --accent: #1f6fd1; --second: #b8560b; --track: #e9eef5; --shadow: 0 1px 2px #0f172a14; }
@media (prefers-color-scheme: dark) { :root { --page: #10151c; --card: #18202a; --text: #e8edf3; --soft: #9fadbd;
  --line: #2b3644; --accent: #63a8ff; --second: #f0a35e; --track: #232e3b; --shadow: none; } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--page); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif, "Apple Color Emoji", "Noto Color Emoji"; }
main { max-width: 1180px; margin: 0 auto; padding: clamp(16px, 3vw, 40px) clamp(12px, 3vw, 32px); }
h1 { font-size: clamp(24px, 4vw, 34px); line-height: 1.2; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 18px; line-height: 1.3; margin: 0 0 2px; }
p { margin: 0; }
.soft, figcaption { color: var(--soft); font-size: 14px; }
header { margin-bottom: 24px; }
.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(160px, 44%), 1fr)); margin: 0 0 20px;
  background: var(--card); border: 1px solid var(--line); border-radius: 12px; overflow: hidden; box-shadow: var(--shadow); }
.facts div { padding: 12px 14px; box-shadow: 1px 1px 0 var(--line); }
.facts dt { color: var(--soft); font-size: 13px; }
.facts dd { margin: 2px 0 0; font-size: 20px; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr)); gap: 20px; align-items: start; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px clamp(12px, 2vw, 20px); box-shadow: var(--shadow);
  min-width: 0; }
section.wide { grid-column: 1 / -1; }
figure { margin: 14px 0 0; }
svg { display: block; width: 100%; }
svg .fill { fill: var(--accent); }
svg .track { fill: var(--track); }
svg .line { fill: none; stroke: var(--second); stroke-width: 2.5; stroke-linejoin: round; vector-effect: non-scaling-stroke; }
svg .area { fill: var(--second); fill-opacity: 0.14; }
svg .grid-line { stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
.plot { display: grid; grid-template-columns: auto minmax(0, 1fr); column-gap: 8px; }
.plot svg { height: clamp(130px, 22vw, 210px); }
.y { display: flex; flex-direction: column; justify-content: space-between; text-align: right; margin: -0.7em 0; }
.x { grid-column: 2; display: flex; justify-content: space-between; margin-top: 6px; }
.y, .x { color: var(--soft); font-size: 12px; line-height: 1.4; font-variant-numeric: tabular-nums; white-space: nowrap; }
.heat svg { height: clamp(150px, 24vw, 224px); }
.heat .y { justify-content: space-around; margin: 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 15px; }
th, td { padding: 6px 10px 6px 0; text-align: left; vertical-align: middle; border-top: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--soft); font-size: 13px; border-top: 0; vertical-align: bottom; }
th:last-child, td:last-child { padding-right: 0; }
tbody th { overflow-wrap: anywhere; min-width: 96px; }
.n { text-align: right; white-space: nowrap; padding-left: 14px; }
.t { white-space: nowrap; }
tbody th svg { height: 6px; margin-top: 3px; border-radius: 3px; }
tbody th { width: 100%; line-height: 1.35; }
.scroll { overflow-x: auto; margin-top: 10px; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
details { margin-top: 12px; }
summary { cursor: pointer; color: var(--soft); font-size: 14px; padding: 4px 0; }
footer { margin-top: 24px; color: var(--soft); font-size: 13px; }
@media (max-width: 560px) { table { font-size: 14px; } .facts dd { font-size: 17px; } .every-second { display: none; } }
@media print { body { background: #fff; } section, .facts div { break-inside: avoid; box-shadow: none; } }
`;
