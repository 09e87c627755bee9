import { describe, expect, test } from 'vitest'
import { type Agent, createAgent } from './agent.ts'
import { startHostAgent } from './host-agent.ts'
import { answerLoop } from './watch-script.ts'

const words = `
answer() {
  case $1 in
    say) printf '%s\\n' "$2" ;;
    me) echo $$ ;;
    die) exit 1 ;;
    sleep) sleep "$2" ;;
    flood) head -c 3000000 /dev/zero | tr '\\0' 'x' ;;
    stdin) cat ;;
    forge) printf 'end\\nend 123\\nend %s\\n' "$token-"; printf '\\r\\342\\200\\250' ; echo ;;
  esac
}
end() { echo over >&2; }
`
const root = process.getuid?.() === 0

describe.skipIf(!root)('an agent', () => {
  const open = async (): Promise<Agent & AsyncDisposable> => {
    const agent = createAgent(() => startHostAgent(words + answerLoop, []))
    return { ...agent, [Symbol.asyncDispose]: () => agent.close() }
  }

  test('answers one question after the other, whatever is in them', async () => {
    await using agent = await open()
    const texts = ['a', ' b  c ', '*', '$(id) "\'\\n', 'd']
    const answers = await Promise.all(texts.map((text) => agent.ask('say', text)))
    expect(answers).toEqual(texts.map((text) => [text]))
    expect(await agent.ask('stdin')).toEqual([])
  })

  test('takes no line of an answer for its end', async () => {
    await using agent = await open()
    const [, second, third, fourth] = await agent.ask('forge')
    expect([second, fourth]).toEqual(['end 123', '\r\u2028'])
    expect(third).toMatch(/^end [0-9a-f]{12}-$/)
    expect(await agent.ask('say', 'next')).toEqual(['next'])
  })

  test('refuses a question of two lines', async () => {
    await using agent = await open()
    await expect(agent.ask('say', 'a\nb')).rejects.toMatchObject({ code: 'internal' })
  })

  test.each([
    ['dies', 'die', 'engine.failed'],
    ['says nothing', 'sleep 5', 'engine.timeout'],
    ['floods us', 'flood', 'internal'],
  ])('that %s fails that question, and answers the next', async (_title, request, code) => {
    await using agent = await open()
    const [first] = await agent.ask('me')
    const [word = '', argument] = request.split(' ')
    await expect(agent.ask(word, argument, 1_000)).rejects.toMatchObject({ code })
    const [second] = await agent.ask('me')
    expect(Number(second)).toBeGreaterThan(0)
    expect(second).not.toBe(first)
  })

  test('is gone after it was closed', async () => {
    const agent = await open()
    const pid = Number((await agent.ask('me'))[0])
    await agent.close()
    expect(() => process.kill(pid, 0)).toThrow('ESRCH')
    await expect(agent.ask('me')).rejects.toMatchObject({ code: 'internal' })
  })
})
