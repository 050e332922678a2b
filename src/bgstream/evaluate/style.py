"""How reports look: one style sheet for light and dark, colours named by what they mean."""

COLOURS = """\
--ground:#fbfbfa;--card:#ffffff;--ink:#1b1d22;--muted:#6a7080;--line:#e3e5ea;--accent:#3056d3;--second:#c2410c;--bad:#e11d48"""
DARK = """\
--ground:#111317;--card:#191c22;--ink:#e8eaf0;--muted:#969db0;--line:#2b2f39;--accent:#8ea8ff;--second:#fb923c;--bad:#fb7185"""

CHART = f"""\
svg.chart{{{COLOURS};font:12px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}}
@media (prefers-color-scheme:dark){{svg.chart{{{DARK}}}}}
svg.chart text{{fill:var(--muted)}}
svg.chart .title{{fill:var(--ink);font-weight:600;font-size:13px}}
svg.chart .grid{{stroke:var(--line);stroke-width:1}}
svg.chart .front{{stroke:var(--accent);stroke-width:1.5;stroke-dasharray:4 4;fill:none;opacity:.6}}
svg.chart .best{{fill:var(--accent);stroke:var(--card);stroke-width:2}}
svg.chart .beaten{{fill:var(--card);stroke:var(--muted);stroke-width:1.5}}
svg.chart text.name{{fill:var(--ink);font-weight:600}}
svg.chart text.lost{{fill:var(--muted)}}
svg.chart .line{{stroke:var(--accent);stroke-width:1.5;fill:none;stroke-linejoin:round}}
svg.chart .area{{fill:var(--accent);opacity:.14}}
svg.chart .second .line{{stroke:var(--second)}}
svg.chart .second .area{{fill:var(--second)}}
svg.chart .mark{{stroke:var(--bad);stroke-width:1;stroke-dasharray:2 3}}
svg.chart text.worst{{fill:var(--bad);font-size:11px}}
svg.chart .ground{{fill:var(--card)}}
"""

PAGE = f"""\
:root{{{COLOURS};color-scheme:light dark}}
@media (prefers-color-scheme:dark){{:root{{{DARK}}}}}
*{{box-sizing:border-box}}
body{{margin:0;background:var(--ground);color:var(--ink);
 font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;-webkit-font-smoothing:antialiased}}
main{{max-width:1320px;margin:0 auto;padding:40px 24px 80px}}
h1{{font-size:28px;line-height:1.2;margin:0 0 4px;letter-spacing:-.02em}}
h2{{font-size:19px;margin:44px 0 12px;letter-spacing:-.01em}}
h3{{font-size:16px;margin:0 0 10px;letter-spacing:-.01em}}
p{{margin:0 0 12px;max-width:110ch}}
.muted{{color:var(--muted)}}
.tiles{{display:grid;grid-template-columns:repeat(auto-fit,minmax(128px,1fr));gap:12px;margin:24px 0 0}}
.tile,.card{{background:var(--card);border:1px solid var(--line);border-radius:12px}}
.tile{{padding:12px 16px}}
.tile b{{display:block;font-size:24px;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums}}
.tile span{{color:var(--muted);font-size:13px}}
.card{{padding:18px 20px;margin:0 0 18px}}
.scroll{{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:12px}}
table{{border-collapse:collapse;width:100%;font-size:13px;font-variant-numeric:tabular-nums}}
th,td{{padding:6px 8px;text-align:right;white-space:nowrap;border-bottom:1px solid var(--line)}}
th:first-child,td:first-child{{text-align:left;position:sticky;left:0;background:var(--card)}}
thead th{{color:var(--muted);font-weight:500;vertical-align:bottom}}
thead th b{{color:var(--ink);font-weight:600;display:block}}
tbody tr:last-child td{{border-bottom:0}}
td.heat{{background:color-mix(in srgb,var(--bad) calc(var(--t)*26%),transparent)}}
tr.all td{{font-weight:650;border-top:2px solid var(--line)}}
td.note,th.note{{text-align:left;white-space:normal;color:var(--muted)}}
.good{{color:var(--accent);font-weight:650}}
.tags{{display:flex;flex-wrap:wrap;gap:6px;margin:0 0 12px}}
.scroll+p{{margin-top:8px}}
.tags span{{font-size:12px;color:var(--muted);border:1px solid var(--line);border-radius:99px;padding:1px 9px}}
.tags .warn{{color:var(--bad);border-color:var(--bad)}}
svg.chart{{display:block;width:100%;height:auto}}
.strip{{display:grid;grid-template-columns:repeat(6,minmax(0,1fr));gap:8px;margin-top:12px}}
.strip h4{{grid-column:1/-1;margin:4px 0 -2px;font-size:13px;font-weight:600}}
.strip h4 .muted{{font-weight:400}}
figure{{margin:0}}
figure img{{display:block;width:100%;height:auto;border-radius:6px;border:1px solid var(--line)}}
figcaption{{font-size:12px;color:var(--muted);margin-top:3px}}
dl{{display:grid;grid-template-columns:max-content 1fr;gap:6px 18px;font-size:13px;margin:0}}
dt{{font-weight:600}} dd{{margin:0;color:var(--muted)}}
summary{{cursor:pointer;color:var(--muted);margin:14px 0 10px}}
@media (max-width:820px){{.strip{{grid-template-columns:repeat(3,minmax(0,1fr))}}}}
@media print{{.card{{break-inside:avoid}}}}
"""
