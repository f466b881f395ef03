// The look of the identity pages, in the web client's palette. Inlined, so that a page is one request; its hash is
// what the content security policy admits.

export const style = `
:root {
  color-scheme: light dark;
  --background: #f6f5f2; --surface: #ffffff; --text: #1d1c1a; --muted: #6c6862; --border: #e2dfd8;
  --field: #fbfaf8; --field-border: #c7c2b8; --accent: #3a5a8c; --accent-hover: #2f4a74; --on-accent: #ffffff; --danger: #b3372f;
  --danger-surface: #fbefed; --shadow: 0 1px 2px rgb(29 28 26 / 4%), 0 12px 32px -12px rgb(29 28 26 / 14%);
}
@media (prefers-color-scheme: dark) {
  :root {
    --background: #161615; --surface: #1f1f1d; --text: #ecebe7; --muted: #9a968e; --border: #33322e;
    --field: #191918; --field-border: #4a4843; --accent: #8fb0e0; --accent-hover: #a6c1ea; --on-accent: #14171c; --danger: #ee8d84;
    --danger-surface: #2c201e; --shadow: 0 12px 32px -12px rgb(0 0 0 / 50%);
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; padding: 32px 20px;
  display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 24px;
  background: var(--background); color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  -webkit-font-smoothing: antialiased;
}
.wordmark { display: flex; align-items: center; gap: 10px; font-size: 20px; font-weight: 600; letter-spacing: -0.01em; }
.wordmark svg { width: 40px; height: 26px; display: block; }
main {
  width: 100%; max-width: 400px; padding: 32px; background: var(--surface);
  border: 1px solid var(--border); border-radius: 14px; box-shadow: var(--shadow);
}
h1 { margin: 0 0 4px; font-size: 22px; line-height: 1.3; font-weight: 600; letter-spacing: -0.015em; text-wrap: balance; }
p { margin: 0; overflow-wrap: anywhere; }
.lead { color: var(--muted); margin-bottom: 24px; }
.notice {
  margin: 0 0 20px; padding: 10px 14px; border-radius: 8px; border: 1px solid var(--danger);
  background: var(--danger-surface); color: var(--danger); font-size: 15px;
}
form { margin: 0; }
.field { margin-bottom: 18px; }
label { display: block; margin-bottom: 6px; font-size: 14px; font-weight: 550; }
input {
  display: block; width: 100%; height: 44px; padding: 0 12px; font: inherit; color: inherit;
  background: var(--field); border: 1px solid var(--field-border); border-radius: 8px; transition: border-color 120ms;
}
input:hover { border-color: var(--muted); }
input[aria-invalid="true"] { border-color: var(--danger); }
.hint, .error { margin-top: 6px; font-size: 13px; line-height: 1.45; }
.hint { color: var(--muted); }
.error { color: var(--danger); }
button, .button {
  display: flex; align-items: center; justify-content: center; width: 100%; min-height: 44px; padding: 8px 16px;
  margin-top: 24px; font: inherit; font-weight: 600; text-decoration: none; text-align: center; cursor: pointer;
  color: var(--on-accent); background: var(--accent); border: 1px solid transparent; border-radius: 8px;
  transition: background-color 120ms;
}
button:hover, .button:hover { background: var(--accent-hover); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
input:focus-visible { outline-offset: -1px; border-color: var(--accent); }
input[aria-invalid="true"]:focus-visible { outline-color: var(--danger); border-color: var(--danger); }
.aside { margin-top: 20px; text-align: center; font-size: 14px; color: var(--muted); }
a { color: var(--accent); font-weight: 550; text-underline-offset: 3px; text-decoration-thickness: 1px; }
a:hover { color: var(--accent-hover); }
.button:hover, .button { color: var(--on-accent); }
.detail { margin-top: 20px; font-size: 13px; color: var(--muted); }
@media (max-width: 480px) {
  body { justify-content: flex-start; padding: 24px 16px; gap: 20px; }
  main { padding: 24px 20px; }
}
@media (prefers-reduced-motion: reduce) { * { transition: none !important; } }
@media (forced-colors: active) { main, input, button, .button, .notice { border-color: CanvasText; } }
`;
