import * as z from 'zod'
import type { RegistryDoor } from './registry-hosts.ts'
import { askRegistry, type RegistryReply, type RegistryRequest, RegistryTrouble } from './registry-http.ts'

/** How the staff signs in to registries, as `user:password` by host. */
export type RegistryUsers = ReadonlyMap<string, string>

/** Where staff say it: never a submission. */
export const usersVariable = 'CGRADE_REGISTRY_AUTH'

/** `docker.io=user:password ghcr.io=...`, with blanks or line ends between. */
export function readRegistryUsers(written: string | undefined): RegistryUsers {
  const entries = (written ?? '').split(/\s+/).filter((entry) => entry !== '')
  return new Map(
    entries.map((entry) => {
      const [, host, user] = /^([^=:@/]+(?::\d+)?)=([^:]+:.+)$/.exec(entry) ?? []
      // What is wrong with it is not shown: it holds a password.
      if (host === undefined || user === undefined) {
        throw new RegistryTrouble(`\`${usersVariable}\` of this machine is not written as \`host=user:password\``)
      }
      return [host.toLowerCase(), user]
    }),
  )
}

type Challenge =
  | { scheme: 'basic' }
  | { scheme: 'bearer'; realm: string; service: string | undefined; isInvalid: boolean }

/** What a registry wants to see before it answers; of several ways the one that needs no password. */
export function readChallenge(header: string | undefined): Challenge | undefined {
  const written = header?.slice(0, 4096) ?? ''
  const bearer = /(?:^|[,\s])Bearer\s+([\s\S]*)$/i.exec(written)
  if (bearer !== null) {
    const fields = new Map(
      [...(bearer[1] ?? '').matchAll(/([a-z_]{1,20})="([^"]{0,2000})"/gi)].map(
        ([, name = '', value = '']) => [name.toLowerCase(), value] as const,
      ),
    )
    const realm = fields.get('realm')
    if (realm !== undefined) {
      return {
        scheme: 'bearer',
        realm,
        service: fields.get('service'),
        isInvalid: fields.get('error') === 'invalid_token',
      }
    }
  }
  return /(?:^|[,\s])Basic\b/i.test(written) ? { scheme: 'basic' } : undefined
}

/** What stands in `Authorization`; `denied`: nobody may read it without a name, or there is no such thing. */
export type Permission = { header: string } | { denied: RegistryReply }

/** Asks for leave to read one repository, as the registry's refusal told. */
export async function askPermission(
  refusal: RegistryReply,
  path: string,
  users: RegistryUsers,
  request: Omit<RegistryRequest, 'headers' | 'limitBytes'>,
): Promise<Permission> {
  const { door } = request
  const user = userFor(door, users)
  const challenge = readChallenge(refusal.headers['www-authenticate'])
  if (challenge === undefined) return { denied: refusal }
  if (challenge.scheme === 'basic') {
    if (user === undefined) {
      throw new RegistryTrouble(
        `\`${door.registry}\` wants a user and a password for everything: staff set \`${usersVariable}\``,
      )
    }
    return { header: basic(user) }
  }
  const url = URL.canParse(challenge.realm) ? new URL(challenge.realm) : undefined
  if (url === undefined) throw new RegistryTrouble(`\`${door.registry}\` does not tell where to get its permission`)
  if (challenge.service !== undefined) url.searchParams.set('service', challenge.service)
  url.searchParams.set('scope', `repository:${path}:pull`)
  const reply = await askRegistry(url, {
    ...request,
    headers: { accept: 'application/json', ...(user === undefined ? {} : { authorization: basic(user) }) },
    limitBytes: tokenBytes,
  })
  if (reply.status === 401 || reply.status === 403) {
    if (user === undefined) return { denied: reply }
    throw new RegistryTrouble(`\`${door.registry}\` does not accept the user that \`${usersVariable}\` names`)
  }
  return { header: `Bearer ${readToken(reply)}` }
}

const tokenBytes = 64 * 1024
const tokenSchema = z.looseObject({ token: z.string().optional(), access_token: z.string().optional() })

function readToken({ url, status, body, isCut }: RegistryReply): string {
  const parsed = tokenSchema.safeParse(status === 200 && !isCut ? parseJson(body) : undefined)
  const token = parsed.success ? (parsed.data.token ?? parsed.data.access_token) : undefined
  if (token === undefined || !/^[\x21-\x7e]+$/.test(token)) {
    throw new RegistryTrouble(`\`${url.host}\` gave no permission to read (HTTP ${status})`)
  }
  return token
}

export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

/** A user of Docker Hub is known by any of its names. */
function userFor(door: RegistryDoor, users: RegistryUsers): string | undefined {
  const byName = users.get(door.registry)
  if (byName !== undefined || door.registry !== 'docker.io') return byName
  return users.get('index.docker.io') ?? users.get('registry-1.docker.io')
}

function basic(user: string): string {
  return `Basic ${Buffer.from(user).toString('base64')}`
}
