import { readFile, rename, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { recordAttacks, renderAttackTable, type TestReport } from './attack-table.ts'

/** `npm run test:hostile`: every test of an attack, each hostile submission in a run of its own, and the table; `-- --write` puts it into the docs. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const reportFile = `${root}reports/hostile-tests.json`
const docs = `${root}docs/threat-model.md`
const [begin, end] = ['<!-- hostile-table:begin -->', '<!-- hostile-table:end -->']

const { exitCode } = await execa(
  'vitest',
  ['run', '-t', 'H[0-9][0-9]( control)?:', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
  { cwd: root, preferLocal: true, localDir: root, env: { CGRADE_HOSTILE: '1' }, stdio: 'inherit', reject: false },
)
const table = renderAttackTable(recordAttacks(JSON.parse(await readFile(reportFile, 'utf8')) as TestReport))
console.log(`\n${table}\n`)
if (process.argv.includes('--write')) {
  const text = await readFile(docs, 'utf8')
  const [before, after] = [text.split(begin)[0], text.split(end)[1]]
  if (after === undefined) throw new Error(`${docs} has no place for the table: expected ${begin} and ${end}`)
  await writeFile(`${docs}.new`, `${before}${begin}\n\n${table}\n\n${end}${after}`)
  await rename(`${docs}.new`, docs)
}
process.exitCode = exitCode ?? 1
