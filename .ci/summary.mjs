// Closes a CI run: each skipped test with its reason, then `N passed, N failed, N skipped`.
import { readFileSync } from 'node:fs'

let report
try {
  report = JSON.parse(readFileSync(process.argv[2], 'utf8'))
} catch (error) {
  console.log(
    `No test report was written (${error.message}): set-up, lint, types or import boundaries failed before the tests.`,
  )
  console.log('0 passed, 1 failed')
  process.exit(1)
}
const tests = report.testResults.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: file.name })))
const of = (...states) => tests.filter((test) => states.includes(test.status))
const skipped = of('skipped', 'pending', 'todo', 'disabled')
for (const test of skipped) {
  // The reason stands in brackets at the end of its title, or was found out when the test had begun.
  const why = test.meta?.whySkipped
  console.log(`skipped: ${test.fullName}${why === undefined ? '' : ` (skipped: ${why})`}`)
}
const brokenFiles = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
for (const file of brokenFiles) console.log(`failed: ${file.name} could not be loaded: ${file.message}`)
const failed = of('failed')
for (const test of failed) console.log(`failed: ${test.fullName}`)
console.log(`${of('passed').length} passed, ${failed.length + brokenFiles.length} failed, ${skipped.length} skipped`)
