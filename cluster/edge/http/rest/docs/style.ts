// The look of the documentation page, in the web client's palette. Inlined, so that the page is one request; its hash
// is what the content security policy admits.

export const style = `
:root {
  color-scheme: light dark;
  --background: #f6f5f2; --surface: #ffffff; --text: #1d1c1a; --muted: #625e58; --border: #e2dfd8; --accent: #3a5a8c;
  --code: #f1efea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #161615; --surface: #1f1f1d; --text: #ecebe7; --muted: #a6a29a; --border: #33322e; --accent: #8fb0e0;
    --code: #2a2a27;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 76px; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; background: var(--background); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
}
a { color: var(--accent); text-underline-offset: 3px; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -9999px; }
.skip:focus { left: 12px; top: 12px; padding: 8px 12px; background: var(--surface); }
.columns { display: grid; grid-template-columns: 280px minmax(0, 1fr); max-width: 1280px; margin: 0 auto; }
nav {
  position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 24px 16px;
  font-size: 14px; border-right: 1px solid var(--border);
}
nav h2 { margin: 20px 0 4px; font-size: 14px; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav li { margin: 3px 0; }
nav a { color: inherit; text-decoration: none; }
nav a:hover { text-decoration: underline; }
main { padding: 32px 40px 80px; min-width: 0; }
h1 { font-size: 30px; line-height: 1.2; margin: 0 0 12px; letter-spacing: -0.015em; }
section > h2 { font-size: 24px; margin: 56px 0 8px; }
h3 { font-size: 18px; margin: 0 0 4px; }
h3 a { color: inherit; text-decoration: none; }
h3 a:hover { text-decoration: underline; }
h4 { font-size: 14px; margin: 20px 0 6px; color: var(--muted); }
article {
  margin: 20px 0; padding: 20px 24px; background: var(--surface); border: 1px solid var(--border); border-radius: 12px;
}
p { margin: 8px 0; overflow-wrap: anywhere; }
.address { font-size: 15px; }
.address b { display: inline-block; min-width: 64px; color: var(--accent); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 0.875em; }
code { background: var(--code); padding: 1px 5px; border-radius: 5px; }
pre { background: var(--code); padding: 12px 14px; border-radius: 8px; overflow-x: auto; margin: 8px 0; }
pre code { padding: 0; background: none; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; min-width: 620px; font-size: 14px; }
caption { text-align: left; color: var(--muted); padding-bottom: 6px; }
th, td { text-align: left; vertical-align: top; padding: 6px 12px 6px 0; border-top: 1px solid var(--border); font-weight: 400; }
thead th { border-top: 0; color: var(--muted); }
.search { position: sticky; top: 0; display: flex; flex-wrap: wrap; align-items: center; gap: 8px 12px; padding: 10px 0; background: var(--background); }
.search input { flex: 1; min-width: 0; padding: 8px 12px; font: inherit; color: inherit; background: var(--surface); border: 1px solid var(--border); border-radius: 8px; }
.search output { color: var(--muted); font-size: 14px; }
[hidden] { display: none !important; }
nav details { margin: 0; }
nav summary { padding: 4px 0; }
details { margin-top: 16px; }
summary { cursor: pointer; color: var(--muted); font-size: 14px; font-weight: 600; }
@media (max-width: 860px) {
  .columns { grid-template-columns: minmax(0, 1fr); }
  nav { position: static; max-height: none; border-right: 0; border-bottom: 1px solid var(--border); }
  main { padding: 24px 16px 64px; }
  article { padding: 16px; }
  /* A row below the other: no table is moved sideways on a phone. */
  table { min-width: 0; }
  table, caption, tbody, tr, tbody th, td { display: block; }
  thead { display: none; }
  tr { padding: 6px 0; border-top: 1px solid var(--border); }
  tbody th, td { padding: 0; border: 0; overflow-wrap: anywhere; }
  .address, code { overflow-wrap: anywhere; }
}
@media (forced-colors: active) { article, pre { border: 1px solid CanvasText; } }
`;
