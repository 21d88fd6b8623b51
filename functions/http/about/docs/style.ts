/** The page's one style sheet: a phone first, dark where the reader's system is. */
export const style = `
:root { color-scheme: light dark; --ink: #1c1d22; --paper: #fff; --soft: #f4f4f6; --line: #dcdce2; --faint: #60626d;
  --link: #2451c4; --get: #17663a; --post: #1d4ea8; --delete: #a3262a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e6ea; --paper: #16171b; --soft: #202127; --line: #353741; --faint: #a3a5b0; --link: #8fb0ff;
    --get: #6fd39b; --post: #8fb0ff; --delete: #ff9a9a; }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
a { color: var(--link); text-decoration-thickness: 1px; text-underline-offset: 2px; }
code, pre { font: 0.875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
pre { margin: 0.75rem 0; padding: 0.75rem 1rem; overflow-x: auto; background: var(--soft);
  border: 1px solid var(--line); border-radius: 6px; }
nav, main { padding: 1rem; max-width: 56rem; }
nav { max-height: 45vh; overflow-y: auto; font-size: 0.9rem; border-bottom: 1px solid var(--line); }
nav ul { margin: 0; padding: 0; list-style: none; }
nav h2 { margin: 1rem 0 0.25rem; font-size: 0.8rem; letter-spacing: 0.04em; text-transform: uppercase;
  border: 0; padding: 0; color: var(--faint); }
nav a { display: block; padding: 0.2rem 0; color: inherit; text-decoration: none; overflow-wrap: anywhere; }
nav a:hover { color: var(--link); }
nav summary { padding: 0.25rem 0; font-weight: 600; }
h1 { margin: 0 0 0.25rem; font-size: 1.75rem; }
h2 { margin: 3rem 0 0.5rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: 1.4rem; }
h3 { margin: 2.5rem 0 0.25rem; font-size: 1.05rem; overflow-wrap: anywhere; }
h4 { margin: 1.25rem 0 0.25rem; font-size: 0.9rem; color: var(--faint); }
.method { display: inline-block; min-width: 4.2em; font-weight: 700; }
.get { color: var(--get); } .post, .put { color: var(--post); } .delete { color: var(--delete); }
.type, .limits, .faint { color: var(--faint); font-size: 0.9rem; overflow-wrap: anywhere; }
.fields { margin: 0.25rem 0; padding: 0; list-style: none; border-left: 2px solid var(--line); }
.fields li { padding: 0.3rem 0 0.3rem 0.75rem; }
.fields p { margin: 0.1rem 0; font-size: 0.9rem; }
.name { font-weight: 600; margin-right: 0.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1rem; margin: 0.25rem 0; }
dt { font-weight: 600; } dd { margin: 0; overflow-wrap: anywhere; }
@media (min-width: 64rem) {
  body { display: grid; grid-template-columns: 22rem 1fr; }
  nav { position: sticky; top: 0; height: 100vh; max-height: none; border-bottom: 0;
    border-right: 1px solid var(--line); }
  main { padding: 2rem 3rem; }
}
`;
