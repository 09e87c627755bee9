import { describe, expect, test } from 'vitest'
import { UsageError } from '../model/grader-error.ts'
import { findQueueAddress, parseQueueAddress } from './queue-address.ts'

const parse = (given: string) => parseQueueAddress(given, '`--queue`')
function refusalOf(given: string): string {
  try {
    parse(given)
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UsageError)
    return (thrown as Error).message
  }
  throw new Error(`${given} was taken`)
}

describe('the address of a queue', () => {
  test('has the usual port where it names none', () => {
    expect(parse('redis://grader')).toMatchObject({ host: 'grader', port: 6379, database: 0, tls: false })
  })

  test('may have TLS, a user, a password with signs in it and a database', () => {
    const address = parse('rediss://ta:p%40ss%2Fword@queue.example:6380/3')
    expect(address).toMatchObject({ username: 'ta', password: 'p@ss/word', port: 6380, database: 3, tls: true })
  })

  test('is shown without user and password', () => {
    expect(parse('rediss://ta:secret@queue.example:6380/3').shown).toBe('rediss://queue.example:6380/3')
    expect(parse('redis://:secret@[::1]').shown).toBe('redis://[::1]:6379')
    expect(parse('redis://[::1]').host).toBe('::1')
  })

  test.each([
    ['grader:6379', 'redis://'],
    ['http://grader:6379', 'redis://'],
    ['redis://', 'host'],
    ['redis://grader/first', 'number of a database'],
    ['redis://grader?db=1', 'number of a database'],
    ['submissions/inbox', 'expects the address'],
    ['redis://ta:100%@grader', '%25'],
  ])('%s is refused with what was expected', (given, expected) => {
    expect(refusalOf(given)).toContain(expected)
  })

  test('a refusal keeps the password to itself', () => {
    expect(refusalOf('redis://ta:secret@grader/first')).not.toContain('secret')
    expect(refusalOf('mysql://ta:secret@grader')).not.toContain('secret')
  })

  test('may come from CGRADE_QUEUE, which no child then sees', () => {
    const env: NodeJS.ProcessEnv = { CGRADE_QUEUE: 'redis://:secret@grader' }
    expect(findQueueAddress(undefined, env)?.password).toBe('secret')
    expect(env).toEqual({})
    expect(findQueueAddress(undefined, env)).toBeUndefined()
  })

  test('on the command line wins over CGRADE_QUEUE', () => {
    expect(findQueueAddress('redis://here', { CGRADE_QUEUE: 'redis://there' })?.host).toBe('here')
  })
})
