import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, test } from 'vitest'

const program = fileURLToPath(new URL('../cli.ts', import.meta.url))
/** Prints the address of every module as it is loaded. */
const spy = `import { registerHooks } from 'node:module'
registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context) } })`

test.each([[['--help']], [['report', '--help']], [['chek']]])(
  '%j waits for no reporter and no large library',
  async (words) => {
    const hook = `data:text/javascript,${encodeURIComponent(spy)}`
    const { stderr } = await execa(process.execPath, ['--import', hook, program, ...words], { reject: false })
    const loaded = stderr.split('\n').filter((line) => line.startsWith('file:'))
    expect(loaded.join()).toContain('/graders/cli.ts')
    expect(
      loaded.filter((url) => /node_modules\/(zod|vitest|vite|testcontainers|dockerode|d3-\w+|undici)\//.test(url)),
    ).toEqual([])
    expect(loaded.filter((url) => /reporters\/(formats|html)/.test(url))).toEqual([])
  },
)
