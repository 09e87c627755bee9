#!/usr/bin/env node
// Plain JavaScript that an old Node can read: it finds a Node that is new enough, then the program itself.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { constants } from 'node:os'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const oldest = [22, 22]
const packageFolder = dirname(dirname(fileURLToPath(import.meta.url)))

const [major, minor] = process.versions.node.split('.').map(Number)
if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) {
  await import(pathToFileURL(programFile()).href)
} else {
  runWithNewerNode()
}

/** The source in a clone, where a `dist` may be stale; below node_modules Node strips no types. */
function programFile() {
  const source = join(packageFolder, 'graders', 'cli.ts')
  const isInstalled = packageFolder.split(sep).includes('node_modules')
  return !isInstalled && existsSync(source) ? source : join(packageFolder, 'dist', 'graders', 'cli.js')
}

/** Our optional dependency is a current Node, where npm could install it. */
function runWithNewerNode() {
  let node
  try {
    const manifest = `node-${process.platform}-${process.arch}/package.json`
    node = join(dirname(createRequire(import.meta.url).resolve(manifest)), 'bin', 'node')
  } catch {
    process.stderr.write(
      `error: cgrade needs Node.js ${oldest.join('.')} or newer, this is ${process.versions.node}.\n` +
        '  Install Node.js 24 from https://nodejs.org, or call `./grade` in a clone, which gets one through npm.\n',
    )
    process.exit(2)
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    process.stderr.write(`error: ${node} cannot be started: ${error.message}\n`)
    process.exit(3)
  })
  child.on('exit', (code, signal) => process.exit(code === null ? 128 + constants.signals[signal] : code))
}
