import { UsageError } from '../model/grader-error.ts'

/** Whose result it is, as Classroom 50's runner says it in its environment. */
export interface Classroom50Identity {
  classroom: string
  assignment: string
  assignmentType: 'individual' | 'group' | 'team'
  /** Account to which the repository belongs. */
  owner: string
  /** Tag of the submission, `submit/...`. */
  submission: string
  commit: string
  release: string
  review: string
}

type Environment = Record<string, string | undefined>

const types = ['individual', 'group', 'team'] as const

/** Throws a UsageError that names the variable which is missing or cannot be right: a result is never filed under a guess. */
export function readIdentity(env: Environment): Classroom50Identity {
  return {
    classroom: requireOf(env, 'CLASSROOM'),
    assignment: requireOf(env, 'ASSIGNMENT'),
    assignmentType: typeOf(env),
    owner: ownerOf(env),
    submission: tagOf(env),
    commit: addressOf(env, 'COMMIT_URL'),
    release: addressOf(env, 'RELEASE_URL'),
    review: addressOf(env, 'REVIEW_URL'),
  }
}

function requireOf(env: Environment, name: string): string {
  const value = env[name]?.trim()
  if (value === undefined || value === '') {
    throw new UsageError(
      `\`classroom50\` expects \`${name}\` in the environment, and it is not set. Classroom 50's runner sets it: run this command from its \`autograder.py\`.`,
    )
  }
  return value
}

function ownerOf(env: Environment): string {
  const { OWNER: owner, USERNAME: username } = env
  if (!owner && !username) return requireOf(env, 'OWNER')
  if (owner && username && owner.toLowerCase() !== username.toLowerCase()) {
    throw new UsageError(
      `\`OWNER\` is \`${owner}\`, and \`USERNAME\` is \`${username}\`. Whose result this is must be certain.`,
    )
  }
  return requireOf(env, owner ? 'OWNER' : 'USERNAME')
}

function typeOf(env: Environment): Classroom50Identity['assignmentType'] {
  const given = env.ASSIGNMENT_TYPE?.trim() || 'individual'
  const type = types.find((one) => one === given)
  if (type !== undefined) return type
  throw new UsageError(`\`ASSIGNMENT_TYPE\` expects \`individual\`, \`group\` or \`team\`, got \`${given}\`.`)
}

function tagOf(env: Environment): string {
  const tag = requireOf(env, 'SUBMISSION_TAG')
  if (tag.startsWith('submit/')) return tag
  throw new UsageError(`\`SUBMISSION_TAG\` expects a tag \`submit/...\`, got \`${tag}\`.`)
}

function addressOf(env: Environment, name: string): string {
  const address = requireOf(env, name)
  if (/^https?:\/\/[^\s]+$/.test(address) && URL.canParse(address)) return address
  throw new UsageError(`\`${name}\` expects the address of a page, got \`${address}\`.`)
}
