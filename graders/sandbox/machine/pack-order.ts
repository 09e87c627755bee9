import { readFile } from 'node:fs/promises'
import { basename, dirname, normalize } from 'node:path/posix'
import { cpioEnd, cpioFile, cpioHeader } from './cpio.ts'
import { enterScript, insideScript, writeInit } from './machine-init.ts'
import { studentRoot } from './machine-system.ts'
import type { MachineOrder } from './script-machine.ts'

/** The archive that follows the one of the system: the first process, and what it is to do. */
export async function packOrder(order: MachineOrder, modules: string[], marker: string): Promise<Buffer> {
  const work = `${studentRoot}/work`
  const folders = new Set(['modules', 'order', `${studentRoot}/run`, work])
  const files = order.files.map((file) => ({ ...file, path: placeOf(file.path) }))
  for (const { path } of files) {
    const parents = dirname(path).split('/')
    for (let length = 2; length <= parents.length; length += 1) folders.add(parents.slice(0, length).join('/'))
  }
  const seconds = Math.max(1, Math.ceil(order.timeoutMs / 1000))
  return Buffer.concat([
    ...[...folders].map((path) => cpioHeader({ kind: 'directory', path, mode: 0o755 })),
    ...(await Promise.all(
      modules.map(async (path) => cpioFile(`modules/${basename(path)}`, 0o644, await readFile(path))),
    )),
    cpioFile('init', 0o755, writeInit(order.cgroup)),
    cpioFile('order/marker', 0o600, `${marker}\n`),
    cpioFile('order/settings', 0o600, `seconds=${seconds}\n`),
    cpioFile('order/enter', 0o600, enterScript),
    cpioFile('order/inside', 0o600, insideScript),
    cpioFile('order/command', 0o600, `set -- ${order.command.map(quote).join(' ')}\n`),
    cpioFile('order/stdin', 0o600, order.stdin ?? ''),
    cpioFile('order/observe', 0o600, order.observe),
    cpioFile(`${studentRoot}/run/scene`, 0o600, order.prepare),
    ...files.map((file) => cpioFile(file.path, file.executable ? 0o755 : 0o644, file.text)),
    cpioEnd(),
  ])
}

function placeOf(path: string): string {
  const place = normalize(`${studentRoot}/${path.startsWith('/') ? path : `work/${path}`}`)
  if (place.startsWith(`${studentRoot}/`)) return place
  throw new Error(`${path} is outside of the machine`)
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}
