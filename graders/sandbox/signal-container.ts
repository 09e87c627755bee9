import type Docker from 'dockerode'

const mostProcesses = 20
const commandCharacters = 300

/** Sends a signal to the first process of a container, and to no other. False: the container does not run any more. */
export async function sendSignal(docker: Docker, id: string, signal: string): Promise<boolean> {
  try {
    await docker.getContainer(id).kill({ signal })
    return true
  } catch (thrown) {
    // 409: it is not running; 404: it is gone.
    const { statusCode } = thrown as { statusCode?: number }
    if (statusCode === 409 || statusCode === 404) return false
    throw thrown
  }
}

/** Command lines of what runs in a container, its first process first. Empty where it has ended, or its engine has no `ps`. */
export async function listProcesses(docker: Docker, id: string): Promise<string[]> {
  const container = docker.getContainer(id)
  try {
    const [{ State }, listed] = await Promise.all([container.inspect(), container.top({ ps_args: '-eo pid,args' })])
    const rows = (listed as { Processes?: string[][] | null }).Processes ?? []
    const first = String(State.Pid)
    return rows
      .map(([pid = '', ...words]) => ({ isFirst: pid.trim() === first, command: words.join(' ') }))
      .sort((a, b) => Number(b.isFirst) - Number(a.isFirst))
      .slice(0, mostProcesses)
      .map(({ command }) => command.slice(0, commandCharacters))
  } catch {
    return []
  }
}
