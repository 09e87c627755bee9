import { alpineTree } from './alpine-scripts.ts'
import { busyboxTree, distrolessTree } from './small-image-scripts.ts'
import { type ImageSettings, newestStable, type Recipe, systemPath } from './stand-in-recipe.ts'
import { partsRecipe } from './stand-in-systems.ts'

export function alpineRecipe(): Recipe {
  return carve('alpine:latest', 'Alpine look-alike made of Debian busybox and musl', alpineTree, {
    env: { PATH: systemPath },
    command: ['/bin/sh'],
  })
}

export function busyboxRecipe(): Recipe {
  return carve('busybox:latest', 'Debian busybox', busyboxTree, { env: { PATH: systemPath }, command: ['sh'] })
}

/** `static-debian12:nonroot`: libc, certificates and users as there, and no shell but in `debug`. */
export function distrolessRecipe(name: string, tag: string): Recipe | undefined {
  const kind = /^(static|base-nossl|base|cc)(-debian\d+)?$/.exec(name)?.[1]
  if (kind === undefined) return undefined
  const debug = tag.startsWith('debug')
  const nonroot = tag.includes('nonroot')
  const content = kind === 'base-nossl' ? 'base' : kind
  return carve(
    `distroless-${content}:${debug ? 'debug-' : ''}${nonroot ? 'nonroot' : 'root'}`,
    `distroless ${content} made from Debian trixie`,
    `content=${content} debug=${debug}\n${distrolessTree}`,
    {
      env: { PATH: debug ? `${systemPath}:/busybox` : systemPath, SSL_CERT_FILE: '/etc/ssl/certs/ca-certificates.crt' },
      workdir: nonroot ? '/home/nonroot' : '/',
      user: nonroot ? '65532' : '0',
      ...(debug ? { command: ['/busybox/sh'] } : {}),
    },
  )
}

function carve(tag: string, sentence: string, script: string, settings: ImageSettings): Recipe {
  return { kind: 'carve', tag, sentence, parent: partsRecipe(newestStable), script, settings }
}
