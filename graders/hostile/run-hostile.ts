import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { writeSection } from '../test-docs-section.ts'
import { recordAttacks, renderAttackTable, type TestReport } from './attack-table.ts'

/** `npm run test:hostile`: every test of an attack, each hostile submission in a run of its own, and the table; `-- --write` puts it into the docs. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const reportFile = `${root}reports/hostile-tests.json`
const docs = {
  file: `${root}docs/threat-model.md`,
  begin: '<!-- hostile-table:begin -->',
  end: '<!-- hostile-table:end -->',
}

const { exitCode } = await execa(
  'vitest',
  ['run', '-t', 'H[0-9][0-9]( control)?:', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`],
  { cwd: root, preferLocal: true, localDir: root, env: { CGRADE_HOSTILE: '1' }, stdio: 'inherit', reject: false },
)
const table = renderAttackTable(recordAttacks(JSON.parse(await readFile(reportFile, 'utf8')) as TestReport))
console.log(`\n${table}\n`)
if (process.argv.includes('--write')) await writeSection(docs, table)
process.exitCode = exitCode ?? 1
