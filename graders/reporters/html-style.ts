/** The style sheet of every page: light and dark, a phone and paper. */
export const pageStyle = `
:root {
  --page: #f6f7f9; --card: #ffffff; --text: #1c2430; --muted: #5b6675; --line: #dfe3e9; --quote: #f1f3f6;
  --passed: #1a7f4b; --partial: #94650a; --failed: #c02b2b; --skipped: #5b6675; --errored: #8436a8;
  --link: #1f5fbf; --curve: #2f6fd0; --below: #2f6fd026; --todo: #eef4ff;
  --code: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12161c; --card: #1a2028; --text: #e4e8ee; --muted: #9aa6b5; --line: #2f3844; --quote: #12171e;
    --passed: #57c98c; --partial: #e0b04b; --failed: #ff7b72; --skipped: #9aa6b5; --errored: #cf9bf0;
    --link: #7fb2ff; --curve: #6ea8ff; --below: #6ea8ff2e; --todo: #1b2940;
  }
}
* { box-sizing: border-box }
body {
  margin: 0; background: var(--page); color: var(--text); overflow-wrap: anywhere;
  font: 16px/1.5 system-ui, "Segoe UI", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif;
}
main { max-width: 54rem; margin: 0 auto; padding: 2rem 1rem 4rem }
a { color: var(--link) }
h1 { margin: .1rem 0 .8rem; font-size: 1.7rem; line-height: 1.25 }
h2 { margin: 0; font-size: 1.15rem; line-height: 1.35 }
h3 { margin: 0; font-size: 1rem; line-height: 1.4 }
p { margin: .4rem 0 }
code, pre { font-family: var(--code); font-size: .875em }
code { padding: .05em .3em; border-radius: .25em; background: var(--quote) }
pre {
  margin: .2rem 0; padding: .6rem .8rem; border-radius: .4rem; background: var(--quote);
  max-height: 26rem; overflow: auto; white-space: pre-wrap; unicode-bidi: isolate;
}
.about, .small, figcaption, dt, summary { color: var(--muted); font-size: .875rem }
.about { margin: 0 }
.score { margin: 0; font-size: 1.25rem; font-weight: 600 }
.bar { display: block; width: 100%; height: .55rem; margin: .6rem 0 1rem; border-radius: .3rem }
.bar .all { fill: var(--line) }
.bar .got { fill: var(--passed) }
section, .notice {
  margin: 1.2rem 0; padding: 1rem 1.2rem; background: var(--card); border: 1px solid var(--line); border-radius: .7rem;
}
.head { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between }
.points { white-space: nowrap; color: var(--muted); font-weight: 400; font-variant-numeric: tabular-nums }
.found { display: grid; grid-template-columns: max-content 1fr; gap: .1rem .9rem; margin: .6rem 0 0; font-size: .875rem }
.found dd { margin: 0; color: var(--muted) }
.list { margin: .4rem 0 0; padding: 0; list-style: none }
.check { margin-top: .9rem; padding-top: .9rem; border-top: 1px solid var(--line) }
.check .body { margin-left: 1.75rem }
h3, .list > .head > span:first-child { padding-left: 1.75rem; text-indent: -1.75rem }
.mark { display: inline-block; width: 1.75rem; font-weight: 700; text-indent: 0 }
.passed .mark { color: var(--passed) }
.partial .mark, .partial .word { color: var(--partial) }
.failed .mark, .failed .word { color: var(--failed) }
.skipped .mark { color: var(--skipped) }
.errored .mark, .errored .word { color: var(--errored) }
.passed .told, .skipped .told { color: var(--muted) }
.facts { margin: .6rem 0 }
.facts dt { margin-top: .5rem }
.facts dd { margin: 0 }
.todo { margin: .7rem 0; padding: .55rem .8rem; border-left: .25rem solid var(--curve); border-radius: .3rem; background: var(--todo) }
figure { margin: .8rem 0 }
figure.own pre { border-left: .25rem solid var(--line); border-radius: 0 .4rem .4rem 0 }
summary { cursor: pointer }
.plot { display: block; width: 100%; max-width: 32rem; height: auto; font-size: 12px }
.plot text { fill: var(--muted) }
.plot .axis { stroke: var(--line); fill: none }
.plot .curve { stroke: var(--curve); stroke-width: 2; fill: none; stroke-linejoin: round }
.plot .area { fill: var(--below) }
.plot .limit { stroke: var(--failed); stroke-dasharray: 6 4; fill: none }
.plot .limit-name { fill: var(--failed) }
.plot .kill { stroke: var(--failed); stroke-width: 3; fill: none; stroke-linecap: round }
.plot .kill-name { fill: var(--text); font-weight: 600 }
@media (max-width: 30rem) {
  main { padding: 1rem .6rem 2rem }
  section, .notice { padding: .8rem .8rem }
  .check .body { margin-left: 0 }
}
@media print {
  :root { --page: #fff; --card: #fff; --text: #000; --muted: #444; --line: #bbb; --quote: #f4f4f4; --todo: #f4f4f4 }
  main { max-width: none; padding: 0 }
  pre { max-height: none }
  .check, figure { break-inside: avoid }
  details::details-content { content-visibility: visible; block-size: auto }
}
`
