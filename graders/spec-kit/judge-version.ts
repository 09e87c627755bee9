import type { Verdict } from '../model/verdict.ts'
import type { HttpExchange } from '../probes/http.ts'
import { exchangeEvidence } from './exchange-text.ts'
import { failedBy, judged, passed } from './judgement.ts'

/** One start of the image with the value of the variable that it was given. */
export interface VersionRun {
  value: string
  answers: HttpExchange[]
}

/** Whether a response header carries the value of the environment variable, whatever the value is. */
export function judgeVersion(variable: string, runs: VersionRun[]): Verdict {
  const carriers = runs.map(({ value, answers }) => answers.find((answer) => headerWith(answer, value) !== undefined))
  const shown = carriers.find((carrier) => carrier !== undefined) ?? runs[0]?.answers.find((answer) => answer.ok)
  const evidence = shown === undefined ? [] : [exchangeEvidence(shown)]
  const wire = {
    expected: runs.map(({ value }) => `a response header with \`${value}\` when ${variable}=${value}`).join('\n'),
    reproduce: `docker run --rm -e ${variable}=${runs[0]?.value} IMAGE\ncurl -i http://localhost:PORT/`,
    evidence,
  }
  const readIt = `Read it while the server runs and put it into a header: \`w.Header().Set("VERSION", os.Getenv("${variable}"))\`.`
  if (carriers.every((carrier) => carrier !== undefined)) {
    const name = runs[0] && shown ? headerWith(shown, runs.find((run) => run.answers.includes(shown))?.value ?? '') : ''
    return passed(`The response header \`${name}\` carries ${variable}, for ${runs.length} random values.`, evidence)
  }
  const constant = constantVersion(runs)
  if (constant !== undefined) {
    return judged(0.5, 'version.constant', {
      ...wire,
      actual: `${constant.name}: ${constant.value} both times`,
      message: `The response header \`${constant.name}\` is there, and it does not follow the environment variable ${variable}.`,
      hint: `Your program sets the value itself (a constant, a flag's default, \`os.Setenv\` or \`runtime.Version()\`). ${readIt}`,
    })
  }
  const inBody = runs.every(({ value, answers }) => answers.some((answer) => answer.ok && answer.body.includes(value)))
  if (inBody) {
    return failedBy({
      ...wire,
      reason: 'version.body-only',
      actual: 'the value is in the body only',
      message: `The value of ${variable} is in the body of the answer, not in a response header.`,
      hint: `${readIt} Do it before the body is written.`,
    })
  }
  return failedBy({
    ...wire,
    reason: 'version.none',
    actual: 'no response header carries it',
    message: `No response header carries the value of the environment variable ${variable}.`,
    hint: `${readIt} Do it before \`WriteHeader\` or the body.`,
  })
}

function headerWith(answer: HttpExchange, value: string): string | undefined {
  return answer.ok ? answer.headers.find(([, given]) => given.includes(value))?.[0] : undefined
}

/** A header called something with "version" that says the same in every run. */
function constantVersion(runs: VersionRun[]): { name: string; value: string } | undefined {
  const [first, ...others] = runs.map(({ answers }) => versionHeaders(answers))
  return first?.find(({ name, value }) =>
    others.every((headers) => headers.some((other) => other.name === name && other.value === value)),
  )
}

function versionHeaders(answers: HttpExchange[]): { name: string; value: string }[] {
  return answers.flatMap((answer) =>
    answer.ok
      ? answer.headers.flatMap(([name, value]) =>
          /version/i.test(name) && value.trim() !== ''
            ? [{ name: name.toLowerCase(), value: value.slice(0, 200) }]
            : [],
        )
      : [],
  )
}
