/** One style for light and dark, wide and narrow, screen and paper. */
export const docsStyle = `
:root { color-scheme: light dark; --line: light-dark(#d8dde3, #3a4149); --soft: light-dark(#f4f6f8, #1d2126); --accent: light-dark(#0b5cad, #7db7f5) }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.5 system-ui, sans-serif; display: grid; grid-template-columns: 17rem minmax(0, 1fr) }
nav { position: sticky; top: 0; height: 100vh; overflow: auto; padding: 1.25rem; border-right: 1px solid var(--line); font-size: .85rem }
nav h2 { font-size: .75rem; text-transform: uppercase; letter-spacing: .06em; margin: 1.25rem 0 .25rem; border: 0; padding: 0 }
nav ul { list-style: none; margin: 0; padding: 0 }
nav li { margin: .3rem 0 }
nav b { font-size: .7rem }
a { color: var(--accent); text-decoration: none }
a:hover, a:focus { text-decoration: underline }
main { max-width: 58rem; padding: 1.25rem 2.5rem 4rem }
section { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: .5rem }
h1 { margin-top: 0 }
h2 { font-size: 1.2rem }
h2 b { font-size: .8rem; padding: .15rem .45rem; border-radius: .25rem; color: #fff; background: #4a5560 }
h2 b.GET { background: #1f6f43 } h2 b.POST { background: #0b5cad } h2 b.PUT { background: #8a5300 } h2 b.DELETE { background: #a3261c }
h3 { font-size: .95rem; margin: 1.25rem 0 .35rem }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: .35rem; padding: .75rem; font-size: .82rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere }
code { font-size: .9em; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; font-size: .87rem }
td { border-top: 1px solid var(--line); padding: .35rem .75rem .35rem 0; vertical-align: top }
td:first-child { width: 30% } td:nth-child(2) { width: 14% }
td i { font-size: .75rem; opacity: .75 }
details { border-top: 1px solid var(--line); padding: .35rem 0; font-size: .92rem }
summary { cursor: pointer }
@media (max-width: 50rem) { body { display: block } nav { position: static; height: auto; border-right: 0; border-bottom: 1px solid var(--line) } main { padding: 1.25rem } }
@media print { nav { display: none } body { display: block } }
`
