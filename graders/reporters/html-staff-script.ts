import { formulaAfterSemicolon, formulaAtStart } from './escape.ts'
import { outcomeLetters } from './staff-rows.ts'

/**
 * The script of the staff's page, as text: the browser runs it, Node never does. It reads the page's own table and changes only
 * classes, attributes and plain text; nothing of a submission is ever taken for markup.
 */
export const staffScript = `
'use strict';
(() => {
  const find = (id) => document.getElementById(id);
  const table = find('table'), body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
  const first = [...body.rows];
  const plain = (text) => text.normalize('NFKC').toLowerCase();
  const isShownText = (node) => node.nodeType === 3 || node.lang !== 'zh-CN';
  const english = (cell) => [...cell.childNodes].filter(isShownText).map((node) => node.textContent).join(' ').trim();
  const words = new Map(first.map((row) => [row, plain([...row.cells].filter((cell) => !cell.className || cell.className === 'notes').map((cell) => cell.textContent).join(' '))]));
  const choice = { group: '', similar: '' };
  const order = { column: -1, isDown: false };
  const outcomes = ${JSON.stringify(Object.fromEntries(Object.entries(outcomeLetters).map(([outcome, letter]) => [letter, outcome])))};
  const needs = 'fhespu';

  const has = (list, one) => (list ?? '').split(' ').includes(one);
  function isWanted(row) {
    const status = find('status').value, check = find('check').value, outcome = find('outcome').value;
    if (['graded', 'rejected', 'ungraded'].includes(status) && row.dataset.s !== status) return false;
    if (['flagged', 'late', 'similar'].includes(status) && !has(row.dataset.k, status)) return false;
    if (choice.group !== '' && !has(row.dataset.g, choice.group)) return false;
    if (choice.similar !== '' && !has(row.dataset.m, choice.similar)) return false;
    if (outcome !== '') {
      const cells = check === '' ? [...row.cells].filter((_, index) => heads[index].dataset.kind === 'outcome')
        : [row.cells[heads.findIndex((head) => head.dataset.name === check)]];
      if (!cells.some((cell) => cell.className === outcome)) return false;
    }
    return plain(find('search').value).split(/\\s+/).every((word) => words.get(row).includes(word));
  }

  function filter() {
    let shown = 0;
    for (const row of body.rows) {
      row.hidden = !isWanted(row);
      if (!row.hidden) shown += 1;
    }
    const told = find('shown'), isChinese = document.documentElement.lang === 'zh-CN';
    told.textContent = (isChinese ? told.dataset.zh : told.dataset.en).replace('{shown}', shown);
    find('only-group').classList.toggle('hidden', choice.group === '' && choice.similar === '');
  }

  function valueOf(row, column, kind) {
    const cell = row.cells[column];
    if (kind === 'outcome') return cell.className === '' ? 9 : needs.indexOf(cell.className);
    const text = kind === 'number' ? cell.textContent : english(cell);
    return kind === 'number' ? (text === '' ? NaN : Number(text)) : text;
  }

  const collator = new Intl.Collator(undefined, { numeric: true });
  function sort(column) {
    order.isDown = order.column === column && !order.isDown;
    order.column = column;
    const kind = heads[column].dataset.kind, sign = order.isDown ? -1 : 1;
    const keyed = first.map((row) => ({ row, value: valueOf(row, column, kind) }));
    keyed.sort((a, b) => {
      if (kind === 'text') return sign * collator.compare(a.value, b.value);
      // What has no number stands last, whichever way.
      if (Number.isNaN(a.value) || Number.isNaN(b.value)) return Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
      return sign * (a.value - b.value);
    });
    body.replaceChildren(...keyed.map(({ row }) => row));
    heads.forEach((head, index) => head.setAttribute('aria-sort', index !== column ? 'none' : order.isDown ? 'descending' : 'ascending'));
  }

  function show(kind, number) {
    reset();
    choice[kind] = number;
    filter();
    find('students').scrollIntoView();
    find('students-head').focus({ preventScroll: true });
  }

  function reset() {
    for (const id of ['search', 'status', 'check', 'outcome']) find(id).value = '';
    choice.group = choice.similar = '';
    filter();
  }

  const formulaAtStart = new RegExp(${inScript(formulaAtStart.source)}, 'u');
  const formulaAfterSemicolon = new RegExp(${inScript(formulaAfterSemicolon.source)}, 'gu');
  function csvCell(text, kind) {
    if (kind === 'number') return text;
    const inert = text.replace(/\\s+/g, ' ').trim().replace(formulaAtStart, (start) => "'" + start).replace(formulaAfterSemicolon, ";$1'");
    return /[",;\\s]/.test(inert) ? '"' + inert.replaceAll('"', '""') + '"' : inert;
  }

  function download() {
    const cellOf = (cell, index) => {
      const { kind } = heads[index].dataset;
      return csvCell(kind === 'outcome' ? (outcomes[cell.className] ?? '') : index === 0 ? cell.firstChild.textContent : english(cell), kind);
    };
    const lines = [...body.rows].filter((row) => !row.hidden).map((row) => [...row.cells].map(cellOf));
    const file = [heads.map((head) => csvCell(head.dataset.name)), ...lines].map((line) => line.join(',') + '\\r\\n').join('');
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['\\ufeff' + file], { type: 'text/csv;charset=utf-8' }));
    link.download = 'students.csv';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  function speak(language) {
    document.documentElement.lang = language;
    for (const one of document.querySelectorAll('option[data-zh]')) one.textContent = language === 'en' ? one.dataset.en : one.dataset.zh;
    filter();
  }

  heads.forEach((head, column) => head.firstElementChild.addEventListener('click', () => sort(column)));
  for (const id of ['status', 'check', 'outcome']) find(id).addEventListener('change', filter);
  find('search').addEventListener('input', filter);
  find('reset').addEventListener('click', reset);
  find('download').addEventListener('click', download);
  find('language').addEventListener('click', () => speak(document.documentElement.lang === 'en' ? 'zh-CN' : 'en'));
  for (const button of document.querySelectorAll('button[data-group]')) button.addEventListener('click', () => show('group', button.dataset.group));
  for (const button of document.querySelectorAll('button[data-similar]')) button.addEventListener('click', () => show('similar', button.dataset.similar));
  if ((navigator.language ?? '').startsWith('zh')) speak('zh-CN');

  const map = find('map');
  if (map === null) return;
  const checks = heads.filter((head) => head.dataset.kind === 'outcome');
  const at = (event) => {
    const box = map.getBoundingClientRect(), data = map.dataset;
    const x = event.clientX - box.left - data.left, y = event.clientY - box.top - data.top;
    return { row: first[Math.floor(y / data.row)], head: x < 0 ? undefined : checks[Math.floor(x / data.column)] };
  };
  map.addEventListener('pointermove', (event) => {
    const { row, head } = at(event);
    if (row === undefined || event.clientY < map.getBoundingClientRect().top + Number(map.dataset.top)) return;
    const cell = head === undefined ? undefined : row.cells[heads.indexOf(head)];
    const outcome = cell === undefined ? '' : ' · ' + head.dataset.name + ': ' + (outcomes[cell.className] ?? '–');
    find('pointed-at').textContent = row.cells[0].firstChild.textContent + outcome;
  });
  map.addEventListener('click', (event) => {
    const { row } = at(event);
    if (row === undefined || row.rowIndex < 1) return;
    reset();
    row.scrollIntoView({ block: 'center' });
    row.cells[0].firstChild.focus({ preventScroll: true });
  });
})();
`

/** A pattern as a literal of the script; \`<\` never stands in it as it is. */
function inScript(source: string): string {
  return JSON.stringify(source).replaceAll('<', '\\u003c')
}
