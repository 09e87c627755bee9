import * as z from 'zod'

const path = z
  .string({ error: 'a path' })
  .min(1, { error: 'a path' })
  .max(500, { error: 'a path of at most 500 characters' })

const port = { error: 'a whole number from 1 to 65535' }
const urlPath = { error: 'a path of a URL that begins with `/` and is plain ASCII, such as `/healthz`' }
const words = { error: 'a list of words such as `["./httpserver", "-port", "8080"]`' }
const word = { error: 'a word of at most 1000 characters, in quotes where it looks like a number' }
const imageName = { error: 'the name of an image such as `student/httpserver:v1`' }

/** `cgrade.yml`, section by section; every key is optional. */
export const configSections = {
  httpserver: z.strictObject({
    dockerfile: path.optional(),
    context: path.optional(),
    port: z.int(port).min(1, port).max(65535, port).optional(),
    paths: z
      .array(
        z
          .string(urlPath)
          .max(200, urlPath)
          .regex(/^\/[!-~]*$/, urlPath),
        { error: 'a list such as `[/, /healthz]`' },
      )
      .min(1, { error: 'a list of at least one path' })
      .max(16, { error: 'a list of at most 16 paths' })
      .optional(),
    command: z.array(z.string(word).max(1000, word), words).min(1, words).max(64, words).optional(),
  }),
  network: z.strictObject({ script: path.optional() }),
  memory: z.strictObject({
    dockerfile: path.optional(),
    context: path.optional(),
    source: path.optional(),
    script: path.optional(),
  }),
  chroot: z.strictObject({ script: path.optional(), rootfs: path.optional() }),
  registry: z.strictObject({ image: z.string(imageName).min(1, imageName).max(300, imageName).optional() }),
}

export type ConfigSection = keyof typeof configSections

export const sectionNames = Object.keys(configSections) as ConfigSection[]

export function keysOf(section: ConfigSection): string[] {
  return Object.keys(configSections[section].shape)
}
