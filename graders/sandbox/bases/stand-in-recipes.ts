import { alpineDressing } from './alpine-scripts.ts'
import { type ImageReference, officialNameOf } from './image-reference.ts'
import { newestStable, oldestStable, type Recipe, type Release, releases } from './stand-in-recipe.ts'
import { alpineRecipe, busyboxRecipe, distrolessRecipe } from './stand-in-small-images.ts'
import {
  centosRecipe,
  compilerRecipe,
  debianRecipe,
  golangRecipe,
  nodeRecipe,
  pythonRecipe,
} from './stand-in-systems.ts'

/** The nearest stand-in that is not older than what is asked for; undefined where Debian has none. */
export function recipeFor(reference: ImageReference): Recipe | undefined {
  const name = officialNameOf(reference)
  const tag = reference.tag ?? 'latest'
  if (name?.startsWith('distroless/')) return distrolessRecipe(name.slice('distroless/'.length), tag)
  if (/windowsservercore|nanoserver|onbuild/.test(tag)) return undefined
  switch (name) {
    case 'golang':
      return flavoured(releaseFor('go', minorOf(tag)), tag, golangRecipe)
    case 'python':
      return flavoured(/^2(\D|$)/.test(tag) ? undefined : releaseFor('python', minorOf(tag)), tag, pythonRecipe)
    case 'node':
      return flavoured(releaseFor('node', majorOf(tag)), tag, nodeRecipe)
    case 'gcc':
      return optionally(releaseFor('gcc', majorOf(tag)), compilerRecipe)
    case 'buildpack-deps':
      return compilerRecipe(debianRelease(tag))
    case 'alpine':
      return alpineRecipe()
    case 'busybox':
      return busyboxRecipe()
    case 'debian':
      return debianRecipe(debianRelease(tag))
    case 'ubuntu':
      return debianRecipe(ubuntuRelease(tag))
    case 'centos':
    case 'rockylinux':
    case 'almalinux':
    case 'fedora':
    case 'amazonlinux':
    case 'oraclelinux':
      return centosRecipe()
    default:
      return undefined
  }
}

type Subject = 'go' | 'python' | 'node' | 'gcc'

/** A version left out means: whatever is current. */
function releaseFor(subject: Subject, asked: number | undefined): Release | undefined {
  return asked === undefined ? newestStable : releases.find((release) => release[subject] >= asked)
}

/** 17 of `1.17.3-alpine`; the major version of Go and Python has been the same for ever. */
function minorOf(tag: string): number | undefined {
  const minor = /^\d+\.(\d+)/.exec(tag)?.[1]
  return minor === undefined ? undefined : Number(minor)
}

function majorOf(tag: string): number | undefined {
  const major = /^\d+/.exec(tag)?.[0]
  return major === undefined ? undefined : Number(major)
}

function debianRelease(tag: string): Release {
  const old = /^(7|8|9|10|11|12|wheezy|jessie|stretch|buster|bullseye|bookworm|oldstable)(\D|$)/.test(tag)
  return old ? oldestStable : newestStable
}

function ubuntuRelease(tag: string): Release {
  const old = /^(1\d|20|22|trusty|xenial|bionic|focal|jammy)(\D|$)/.test(tag)
  return old ? oldestStable : newestStable
}

function flavoured(release: Release | undefined, tag: string, make: (release: Release) => Recipe): Recipe | undefined {
  if (release === undefined) return undefined
  const recipe = make(release)
  if (!tag.includes('alpine')) return recipe
  const { settings } = recipe
  const sentence = `${recipe.sentence}, with the ways of Alpine`
  return { kind: 'dress', tag: `${recipe.tag}-alpine`, sentence, parent: recipe, script: alpineDressing, settings }
}

function optionally<T>(release: Release | undefined, make: (release: Release) => T): T | undefined {
  return release === undefined ? undefined : make(release)
}
