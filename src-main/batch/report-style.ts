/** The style sheet of report.html: light and dark by the reader's system, paper when it is printed. */
export const reportStyle = `
:root { color-scheme: light dark; --ink: #1a1d21; --dim: #535b64; --line: #d8dce1; --page: #ffffff; --raised: #f4f5f7;
  --accent: #0b62c4; --warn: #8a5a00; --warn-bg: #fff2d3; --bad: #b3261e; --bad-bg: #fde8e6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --dim: #a2aab3; --line: #363c43; --page: #16181c;
  --raised: #1f2329; --accent: #6fb3ff; --warn: #f0cd8c; --warn-bg: #3a2f17; --bad: #ff8a84; --bad-bg: #3a1f1e; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 28px 24px 48px; max-width: 1180px; background: var(--page); color: var(--ink);
  font: 14px/1.5 Inter, 'Segoe UI', 'DejaVu Sans', system-ui, sans-serif; font-variant-numeric: tabular-nums; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 32px 0 8px; }
p { margin: 0 0 8px; max-width: 82ch; }
.dim { color: var(--dim); }
.counts { display: flex; flex-wrap: wrap; gap: 8px 36px; margin: 18px 0 4px; padding: 14px 18px;
  background: var(--raised); border-radius: 8px; }
.counts div { min-width: 90px; }
.counts b { display: block; font-size: 22px; font-weight: 600; line-height: 1.2; }
.counts span { color: var(--dim); font-size: 12.5px; }
.note { padding: 9px 12px; border-radius: 6px; background: var(--warn-bg); color: var(--warn); max-width: none; }
figure { margin: 8px 0 0; }
figure svg { display: block; width: 100%; height: auto; color: var(--ink); }
figcaption { color: var(--dim); font-size: 12.5px; margin-top: 4px; }
.dots { fill: var(--accent); fill-opacity: 0.75; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 13px; }
th { text-align: left; font-weight: 600; font-size: 12px; color: var(--dim); vertical-align: bottom; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); }
td { vertical-align: middle; }
.num { text-align: right; white-space: nowrap; }
.name { overflow-wrap: anywhere; min-width: 130px; font-weight: 600; }
.map { width: 76px; }
.map img { display: block; width: 64px; height: 64px; object-fit: contain; image-rendering: pixelated; }
.flag { display: inline-block; margin: 1px 4px 1px 0; padding: 0 7px; border-radius: 9px; background: var(--warn-bg);
  color: var(--warn); font-size: 12px; white-space: nowrap; }
.failed td:first-child { font-weight: 600; overflow-wrap: anywhere; }
.reason { color: var(--bad); }
details { margin: 4px 0; }
summary { cursor: pointer; color: var(--dim); }
details ul, .list { margin: 4px 0 4px; padding-left: 18px; }
li { margin: 2px 0; max-width: 90ch; }
pre { margin: 6px 0; padding: 10px 12px; border-radius: 6px; background: var(--raised); font: 12px/1.45 ui-monospace,
  'DejaVu Sans Mono', monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
.hash { font: 11.5px ui-monospace, 'DejaVu Sans Mono', monospace; color: var(--dim); overflow-wrap: anywhere; }
.scale span { white-space: nowrap; }
.scale { display: flex; max-width: none; align-items: center; gap: 8px; margin: 0 0 8px; color: var(--dim); font-size: 12.5px; }
.scale img { flex: none; width: 160px; height: 10px; border-radius: 2px; }
@media print { :root { color-scheme: light; --ink: #000; --dim: #444; --line: #bbb; --page: #fff; --raised: #f4f5f7;
  --accent: #0b62c4; --warn: #6a4500; --warn-bg: #fff2d3; --bad: #9b1c15; }
  @page { size: A4; margin: 14mm; }
  body { max-width: none; padding: 0; font-size: 10.5pt; print-color-adjust: exact; }
  table { font-size: 9pt; } thead { display: table-header-group; } tr, figure { break-inside: avoid; }
  .scroll { overflow: visible; } h2 { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; } }
`;
