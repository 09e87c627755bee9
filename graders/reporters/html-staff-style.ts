import { pageStyle } from './html-style.ts'
import { marks } from './outcome-marks.ts'
import { outcomeLetters, type ShownOutcome, shownOutcomes } from './staff-rows.ts'
import { staffWords } from './staff-words.ts'

/** The style sheet of the staff's page: that of every page, and what tables, charts and controls need. */
export const staffStyle = `${pageStyle}
:root {
  --f-passed: #cdeedb; --f-partial: #f7dc9c; --f-failed: #c8372f; --f-skipped: #e6e9ee; --f-uncounted: transparent; --f-errored: #e3c6f3;
  --on-failed: #ffffff; --ink: #7a4f00; --focus: #1f5fbf;
}
@media (prefers-color-scheme: dark) {
  :root {
    --f-passed: #1d4a35; --f-partial: #6a4d12; --f-failed: #e5645b; --f-skipped: #2c343f; --f-errored: #5b3376;
    --on-failed: #1a0504; --ink: #ffd98a; --focus: #9cc4ff;
  }
}
[hidden], .hidden, html[lang="en"] [lang="zh-CN"], html[lang="zh-CN"] [lang="en"] { display: none }
main { max-width: 84rem }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.skip { position: absolute; left: -100rem }
.skip:focus { position: static }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; margin-top: .8rem; font-size: .9375rem }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1.2rem; margin-top: 1.2rem }
.grid > section { margin: 0; min-width: 0 }
.wide { grid-column: 1 / -1 }
section.errored { border-color: var(--errored); border-width: 2px }
.block { display: block }
.badge { padding: 0 .4em; border: 1px solid var(--muted); border-radius: .6em; color: var(--muted); font-size: .75rem; white-space: nowrap }
.group { margin-top: .8rem; padding-top: .8rem; border-top: 1px solid var(--line) }
.group p { margin: .2rem 0 }
.names { color: var(--text) }
button, select, input {
  font: inherit; font-size: .9375rem; color: var(--text); background: var(--card); min-height: 2.2rem; max-width: 100%;
  border: 1px solid var(--muted); border-radius: .4rem; padding: .25rem .7rem;
}
button { cursor: pointer; flex-shrink: 0 }
button:hover { background: var(--quote) }
.controls { display: flex; flex-wrap: wrap; gap: .7rem .9rem; align-items: end; margin: .6rem 0 }
.controls > div { display: flex; flex-direction: column; min-width: 0 }
.controls label { color: var(--muted); font-size: .8125rem }
.controls p { margin: 0 0 .4rem; flex-basis: 100%; font-weight: 600 }
.scroll { position: relative; overflow: auto; border-radius: .4rem }
.scroll.map { max-height: 34rem }
.scroll.all { max-height: 85vh; border: 1px solid var(--line) }
table { border-collapse: collapse; font-size: .9375rem }
th { font-weight: 600; text-align: start }
.plain { width: 100% }
.plain th, .plain td { padding: .35rem .6rem .35rem 0; border-top: 1px solid var(--line); vertical-align: top; text-align: start }
.plain thead th { border-top: 0; color: var(--muted); font-size: .8125rem; font-weight: 400 }
.plain .n { white-space: nowrap; font-variant-numeric: tabular-nums }
.rates { min-width: 34rem }
.rates .small { font-weight: 400 }
.counts > span { display: inline-block; margin-right: .7rem; white-space: nowrap }
.glyph { font-weight: 700 }
${forEachOutcome((outcome) => `.counts .${outcome} .glyph { color: var(--${outcome === 'uncounted' ? 'skipped' : outcome}) }`)}
.shares { display: block; width: 12rem; max-width: 100%; height: .6rem; margin-top: .3rem; border-radius: .2rem; background: var(--page) }
.meanings > span { display: inline-block; margin-right: 1rem }
.swatch { display: inline-block; width: 1.5em; text-align: center; border: 1px solid var(--line); border-radius: .2rem; color: var(--text) }
${forEachOutcome((outcome) => `.swatch.${outcome} { background: var(--f-${outcome}) } rect.${outcome}, path.${outcome} { fill: var(--f-${outcome}) }`)}
.swatch.failed, .students .f { color: var(--on-failed) }
path.partial { fill: url(#hatch-partial) }
path.skipped { fill: url(#hatch-skipped) }
path.errored { fill: url(#hatch-errored) }
#hatch-partial .ground { fill: var(--f-partial) } #hatch-skipped .ground { fill: var(--f-skipped) } #hatch-errored .ground { fill: var(--f-errored) }
.ink { stroke: var(--ink); fill: none; opacity: .55 }
#hatch-skipped .ink { stroke: var(--muted) } #hatch-errored .ink { stroke: var(--errored) }
.heat { display: block; font-size: 12px; cursor: pointer }
.heat text { fill: var(--muted) }
.heat .on { fill: var(--text); font-weight: 700 }
.heat .on.failed { fill: var(--on-failed) }
#pointed-at { min-height: 1.4em }
.plot { max-width: 30rem; font-size: 11.5px }
.plot .column { fill: var(--curve) }
.plot .count { fill: var(--text) }
.plot .median, .plot .middle { stroke: var(--text); stroke-width: 2; fill: none }
.plot .median { stroke-dasharray: 3 3; stroke-width: 1.5 }
.plot .range { stroke: var(--curve); stroke-width: 2; fill: none }
.plot .box { fill: var(--below); stroke: var(--curve) }
.students { table-layout: fixed; width: 100%; line-height: 1.35; overflow-wrap: anywhere }
.students thead th { width: 7rem }
.students thead th:first-child { width: 13rem }
.students thead .number { width: 4.6rem }
.students thead .outcome { width: 2rem }
.students thead .text:nth-last-child(2) { width: 16rem }
.students th, .students td { padding: .2rem .5rem; border-bottom: 1px solid var(--line); text-align: start }
.students thead th { position: sticky; top: 0; z-index: 2; padding: 0; background: var(--card); vertical-align: bottom }
.students thead button { width: 100%; border: 0; border-radius: 0; padding: .4rem .5rem; background: none; font-size: .8125rem; text-align: start; white-space: nowrap }
.students thead .outcome button { padding: .4rem 0; display: flex; align-items: center; flex-direction: column-reverse; gap: .3rem }
.students .tall { writing-mode: vertical-rl; transform: rotate(180deg); line-height: 1.2 }
.students tbody th { position: sticky; left: 0; z-index: 1; background: var(--card); font-weight: 400 }
.students thead th:first-child { left: 0; z-index: 3 }
.students .n { text-align: end; font-variant-numeric: tabular-nums }
.students thead .number button { text-align: end; white-space: normal }
.arrow::after { content: "\\2195"; opacity: .45 }
[aria-sort="ascending"] .arrow::after { content: "\\2191"; opacity: 1 }
[aria-sort="descending"] .arrow::after { content: "\\2193"; opacity: 1 }
${forEachOutcome((outcome) => cellStyle(outcomeLetters[outcome], outcome))}
@media (max-width: 48rem) {
  .grid { grid-template-columns: minmax(0, 1fr); gap: .8rem }
  .students thead th:first-child { width: 8.5rem }
  .controls > div { flex: 1 1 8rem }
  .group > .head { flex-direction: column; gap: .3rem }
}
@media print {
  :root {
    --f-passed: #e3f5ea; --f-partial: #f7dc9c; --f-failed: #c8372f; --f-skipped: #e6e9ee; --f-errored: #e3c6f3;
    --on-failed: #ffffff; --ink: #7a4f00;
  }
  button, .controls, nav, .skip, #pointed-at { display: none }
  .students thead button { display: block }
  .grid { display: block }
  .grid > section { margin: 1rem 0; break-inside: auto }
  .scroll, .scroll.map, .scroll.all { max-height: none; overflow: visible; border: 0 }
  .students { font-size: 7pt; width: 100% }
  .students th, .students td { padding: .1rem .15rem }
  .students thead th, .students tbody th { position: static }
  tr { break-inside: avoid }
  .swatch, .students td, .cell { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
`

/** A cell says its outcome by a glyph; a screen reader says the word. */
function cellStyle(letter: string, outcome: ShownOutcome): string {
  const { glyph } = marks[outcome]
  const [english, chinese] = staffWords.outcomes[outcome]
  return `.students .${letter} { background: var(--f-${outcome}); text-align: center; font-weight: 700 }
.students .${letter}::before { content: "${glyph}"; content: "${glyph}" / "${english}" }
html[lang="zh-CN"] .students .${letter}::before { content: "${glyph}" / "${chinese}" }`
}

function forEachOutcome(write: (outcome: ShownOutcome) => string): string {
  return shownOutcomes.map(write).join('\n')
}
