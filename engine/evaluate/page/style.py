"""How a report page looks: the colours of the app, light or dark as the reader's system is."""

LIGHT = "--ground:#F7F7F8;--surface:#FFFFFF;--line:#E3E4E8;--text:#1B1D22;--muted:#5C6270;--good:#1A7343;--watch:#855800;--bad:#B3261E"
DARK = "--ground:#15171B;--surface:#1D2026;--line:#2E323B;--text:#ECEDEF;--muted:#9AA1AE;--good:#4CC38A;--watch:#E5B454;--bad:#FF8A80"

SHEET = (
    ":root{color-scheme:light dark;" + LIGHT + "}"
    "@media(prefers-color-scheme:dark){:root{" + DARK + "}}"
    "*{box-sizing:border-box}"
    "body{margin:0;background:var(--ground);color:var(--text);"
    "font:14px/1.5 system-ui,'Segoe UI','Noto Sans','Noto Sans CJK SC','Microsoft YaHei',sans-serif;"
    "font-variant-numeric:tabular-nums}"
    "main{max-width:960px;margin:0 auto;padding:24px 16px 48px}"
    "h1{font-size:22px;margin:0 0 4px}h2{font-size:16px;margin:0 0 8px}p{margin:0 0 8px}"
    ".muted{color:var(--muted)}"
    "section{background:var(--surface);border:1px solid var(--line);border-radius:10px;padding:16px;margin-top:16px}"
    "table{width:100%;border-collapse:collapse}"
    "th,td{text-align:left;padding:6px 8px;border-bottom:1px solid var(--line);vertical-align:top}"
    "th{color:var(--muted);font-weight:400;font-size:12px}"
    "td.n,th.n{text-align:right;white-space:nowrap}"
    "td.answer{white-space:pre-wrap;overflow-wrap:anywhere;width:33%}"
    ".good{color:var(--good)}.watch{color:var(--watch)}.bad{color:var(--bad)}"
    ".verdict{font-weight:600}"
    "svg{width:100%;max-width:720px;height:auto;display:block}"
    ".s-c0{stroke:#0072B2}.s-c1{stroke:#D55E00}.s-line{stroke:var(--line)}"
    ".f-c0{fill:#0072B2}.f-c1{fill:#D55E00}.f-muted{fill:var(--muted)}.f-text{fill:var(--text)}"
    ".pair{break-inside:avoid;border-top:1px solid var(--line);padding:12px 0}.pair:first-of-type{border-top:0}"
    "@media(prefers-color-scheme:dark){.s-c0{stroke:#56B4E9}.f-c0{fill:#56B4E9}.s-c1{stroke:#E69F00}.f-c1{fill:#E69F00}}"
    "@media print{section{break-inside:avoid-page}}"
)

PAPER_SHEET = (
    "body{color:#1B1D22;font-size:9pt}h1{font-size:15pt}h2{font-size:11pt}"
    "th{color:#5C6270;font-weight:400}td,th{padding:3px}"
    ".muted{color:#5C6270}.good{color:#1A7343}.watch{color:#855800}.bad{color:#B3261E}.verdict{font-weight:600}"
)
