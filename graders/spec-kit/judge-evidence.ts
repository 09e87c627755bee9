import type { NetworkEvidence, ScriptEnd } from '../model/observations.ts'
import type { Verdict } from '../model/verdict.ts'
import { failedBy, passed } from './judgement.ts'
import { endEvidence } from './script-text.ts'

type OfScript = Extract<NetworkEvidence, { kind: 'script' }>

const shownCharacters = 4_000
const rightWay = 'nsenter -t <pid> -n ip addr'

/** Whether the student has shown the address inside a container, by a script that was run or by a transcript. */
export function judgeEvidence(facts: NetworkEvidence): Verdict {
  if (facts.kind === 'script') return judgeScript(facts)
  const message = `\`${facts.file}\` line ${facts.line} shows \`${facts.link}\` with ${facts.address}, as seen with nsenter.`
  return {
    ...passed(message, [{ kind: 'files', text: facts.text.slice(0, shownCharacters) }]),
    location: { file: facts.file, line: facts.line },
  }
}

function judgeScript(facts: OfScript): Verdict {
  const { file, address, end } = facts
  const evidence = [
    endEvidence({ script: file, end }),
    ...(facts.notes.length === 0 ? [] : [{ kind: 'note' as const, text: facts.notes.join('\n') }]),
  ]
  if (facts.printed) {
    const message = `\`${file}\`, given a process in a network namespace of its own, printed the address there: ${address}.`
    return { ...passed(message, evidence), location: { file } }
  }
  const wire = {
    expected: `${address}, the address of \`eth0\` in the network namespace of that process`,
    actual: actualOf(end),
    reproduce: `docker inspect -f '{{.State.Pid}}' CONTAINER\nsudo bash ${file} <that number>`,
    evidence,
    location: { file },
  }
  if (lacksIp(end.output)) {
    return failedBy({
      ...wire,
      reason: 'network.mount-namespace-too',
      message: `\`${file}\` enters the file system of the container as well, and there is no \`ip\` in it.`,
      hint: `Enter the network namespace alone, without \`-m\` or \`-a\`: \`${rightWay}\` uses the \`ip\` of your machine.`,
    })
  }
  if (end.how === 'timeout') {
    return failedBy({
      ...wire,
      reason: 'script.timeout',
      message: `\`${file}\` did not come to an end, and it had not printed the address by then.`,
      hint: `Give nsenter the command to run, so that it does not open a shell and wait: \`${rightWay}\`.`,
    })
  }
  return failedBy({
    ...wire,
    reason: 'network.script-shows-nothing',
    message: `\`${file}\` was given a process in a network namespace of its own, and did not print the address there.`,
    hint: `Take the process id as the first argument and enter its network namespace: \`nsenter -t "$1" -n ip addr\`.`,
  })
}

function actualOf({ how, exitCode, output }: ScriptEnd): string {
  const ended = how === 'timeout' ? 'it still ran when time was up' : `exit code ${exitCode ?? 'unknown'}`
  const last = output.trim().split('\n').at(-1)?.trim().slice(0, 200) ?? ''
  return last === '' ? `${ended}, and nothing printed` : `${ended}; its last line: ${last}`
}

/** As nsenter of util-linux, that of busybox, and a shell say it. */
function lacksIp(output: string): boolean {
  return /nsenter:[^\n]{0,60}\b(?:ip|ifconfig)\b[^\n]{0,4}: No such file or directory|\b(?:ip|ifconfig): (?:command )?not found/.test(
    output,
  )
}
