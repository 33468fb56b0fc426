import { markup } from "./markup.js";

const colors = markup`:root{color-scheme:light dark;--bg:#fbfbfa;--card:#fff;--ink:#1b1d22;--soft:#5d6470;--line:#e2e4e8;--grid:#ebecef;--accent:#2154d8;--accent-soft:#e8eefc;
--c1:#d9622b;--c2:#138a72;--c3:#8a4fc4;--c4:#b58900;--c5:#c43b6c;--c6:#4f8fa8;--c7:#7a8b2f;--c8:#9a6a4f;--c9:#60708f;
--b1:#4b2a7b;--b2:#41508f;--b3:#2f6f8e;--b4:#238a8d;--b5:#1fa187;--b6:#4ac16d;--b7:#8fd14a;--b8:#d2dc3c;--b9:#f7cf46;--b0:#b4b9c2}
@media (prefers-color-scheme:dark){:root{--bg:#14161a;--card:#1b1e24;--ink:#e8eaee;--soft:#a0a8b5;--line:#323741;--grid:#272b33;--accent:#7fa6ff;--accent-soft:#222c45;
--c1:#f08a54;--c2:#3fc0a4;--c3:#b98aee;--c4:#dcb13a;--c5:#ef739d;--c6:#7fbdd6;--c7:#aabd55;--c8:#c99a7c;--c9:#9aabcb;
--b1:#7d5bb5;--b2:#6272bd;--b3:#4b8fb0;--b4:#3aa3a5;--b5:#35b699;--b6:#62cf82;--b7:#9edb60;--b8:#d8e052;--b9:#f9d861;--b0:#6d7481}}`;

const plots = markup`.plot{display:block;width:100%;height:auto;font:11px system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
.plot text{fill:var(--soft)}.plot .axis-label{font-size:11.5px}
.grid path{stroke:var(--grid);fill:none}.grid .axis{stroke:var(--soft);opacity:.5}
.line{fill:none;stroke-width:1.6;stroke-linejoin:round;stroke:currentColor}
.series-subject{color:var(--accent);stroke-width:3.2}.series-variant{color:var(--accent);stroke-width:1.8;stroke-dasharray:6 4}
.series-true-task{color:var(--soft);stroke-width:1.4;stroke-dasharray:8 3 2 3}
.series-zero{color:var(--ink);stroke-width:1.4;stroke-dasharray:2 3;opacity:.75}.series-oracle{color:var(--soft);stroke-width:1.4;opacity:.55}
.series-1{color:var(--c1)}.series-2{color:var(--c2)}.series-3{color:var(--c3)}.series-4{color:var(--c4)}.series-5{color:var(--c5)}
.series-6{color:var(--c6)}.series-7{color:var(--c7)}.series-8{color:var(--c8)}.series-9{color:var(--c9)}.dashed{stroke-dasharray:5 3}
.thin{stroke-width:1.8}
.sweep{fill:var(--card);stroke:var(--accent);stroke-width:1}
.model{fill:var(--ink);stroke:var(--card);stroke-width:1.2}
.plot .model-label{fill:var(--ink);paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
.leader{stroke:var(--soft);stroke-width:.7;opacity:.8;fill:none}
.band{stroke:var(--card);stroke-width:.8}
.band-1{fill:var(--b1);color:var(--b1)}.band-2{fill:var(--b2);color:var(--b2)}.band-3{fill:var(--b3);color:var(--b3)}.band-4{fill:var(--b4);color:var(--b4)}
.band-5{fill:var(--b5);color:var(--b5)}.band-6{fill:var(--b6);color:var(--b6)}.band-7{fill:var(--b7);color:var(--b7)}.band-8{fill:var(--b8);color:var(--b8)}
.band-9{fill:var(--b9);color:var(--b9)}.band-other{fill:var(--b0);color:var(--b0)}
.diagonal{stroke:var(--soft);stroke-dasharray:3 4;fill:none}.error-bar{stroke:var(--accent);opacity:.35;stroke-width:5;stroke-linecap:round;fill:none}
.bin{fill:var(--card);stroke:var(--accent);stroke-width:1.8}`;

/** The page's style sheet: no font, picture or script is fetched; light and dark by the reader's own setting. */
export const styleSheet = markup`
${colors}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:anywhere}
main{max-width:1140px;margin:0 auto;padding:40px 24px 64px}
h1{font-size:28px;line-height:1.2;letter-spacing:-.015em;margin:0 0 6px}
h2{font-size:19px;letter-spacing:-.01em;margin:48px 0 4px}
p{margin:0 0 12px;max-width:74ch}
.lead{color:var(--soft);margin-bottom:24px}
.note{color:var(--soft);font-size:14px}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(210px,46%),1fr));gap:12px;margin:0;padding:0}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:14px 16px;margin:0}
.card dt{color:var(--soft);font-size:13px}
@media (max-width:640px){.cards{gap:8px}.card{padding:11px 12px}}
.card dd{margin:0;font-size:clamp(19px,5.2vw,26px);font-weight:640;letter-spacing:-.02em;font-variant-numeric:tabular-nums}
.card dd+dd{font-size:13px;font-weight:400;letter-spacing:0;color:var(--soft)}
figure{background:var(--card);border:1px solid var(--line);border-radius:10px;margin:12px 0 0;padding:16px}
figcaption{font-size:14px;color:var(--soft);margin-top:8px}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,440px),1fr));gap:16px;align-items:start}
.narrow{display:none}
@media (max-width:640px){main{padding:24px 14px 48px}figure{padding:10px 8px}figcaption{padding:0 4px}.wide{display:none}.narrow{display:block}h1{font-size:23px}}
.legend{display:flex;flex-wrap:wrap;gap:4px 18px;list-style:none;margin:10px 4px 0;padding:0;font-size:13px}
.legend li{display:flex;align-items:center;gap:7px}.legend svg{flex:none;overflow:visible}.legend b{font-weight:640}
.legend span{color:var(--soft);font-variant-numeric:tabular-nums}
.swatch{width:11px;height:11px;border-radius:3px;background:currentColor;flex:none}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:10px;margin-top:12px}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:13.5px;font-variant-numeric:tabular-nums;overflow-wrap:normal}
caption{text-align:left;padding:12px 14px 4px;color:var(--soft);font-size:13.5px}
caption span{display:block;position:sticky;left:14px;max-width:min(74ch,calc(100vw - 70px));width:max-content}
th,td{padding:7px 12px;text-align:right;white-space:nowrap;border-top:1px solid var(--line)}
thead th{color:var(--soft);font-weight:500;vertical-align:bottom;border-top:0;white-space:normal;min-width:76px;line-height:1.35}
th:first-child{text-align:left;position:sticky;left:0;background:var(--card);font-weight:500;max-width:240px;white-space:normal;min-width:132px}
tr.subject th,tr.subject td{background:var(--accent-soft);font-weight:640}
tr.reference th,tr.reference td{color:var(--soft)}
td small{display:block;color:var(--soft);font-size:12px;font-weight:400}
.method{display:grid;grid-template-columns:minmax(110px,170px) 1fr;gap:8px 20px;font-size:14px;margin:12px 0 0}
.method dt{font-weight:600}.method dd{margin:0;color:var(--soft);max-width:78ch}
@media (max-width:640px){.method{display:block}.method dt{margin-top:10px}}
${plots}
`;

/** What a picture needs that stands in a file of its own. */
export const pictureStyleSheet = markup`
${colors}
${plots}
`;
