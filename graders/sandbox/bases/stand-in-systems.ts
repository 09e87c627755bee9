import { newestStable, type Recipe, type Release, systemPath } from './stand-in-recipe.ts'

export function golangRecipe({ suite, go }: Release): Recipe {
  return {
    kind: 'bootstrap',
    tag: `golang:1.${go}`,
    sentence: `Debian ${suite} with Go 1.${go}`,
    suite,
    packages: [
      `golang-1.${go}-go`,
      ...['gcc', 'g++', 'libc6-dev', 'make', 'pkgconf', 'musl-tools', 'busybox-static'],
      ...['git', 'ca-certificates', 'curl', 'wget', 'tzdata', 'procps'],
    ],
    hook: [
      `ln -s ../lib/go-1.${go} "$1/usr/local/go"`,
      'mkdir -p "$1/go/src" "$1/go/bin"',
      'chmod 1777 "$1/go" "$1/go/src" "$1/go/bin"',
    ].join('\n'),
    settings: {
      env: {
        PATH: `/go/bin:/usr/local/go/bin:${systemPath}`,
        GOLANG_VERSION: `1.${go}`,
        GOTOOLCHAIN: 'local',
        GOPATH: '/go',
      },
      workdir: '/go',
      command: ['bash'],
    },
  }
}

export function pythonRecipe({ suite, python }: Release): Recipe {
  return {
    kind: 'bootstrap',
    tag: `python:3.${python}`,
    sentence: `Debian ${suite} with Python 3.${python}`,
    suite,
    packages: ['python3', 'python3-pip', 'ca-certificates', 'tzdata', 'busybox-static'],
    // As in the official image, pip installs for everybody.
    hook: [
      'for name in python python3; do ln -s /usr/bin/python3 "$1/usr/local/bin/$name"; done',
      'for name in pip pip3; do ln -s /usr/bin/pip3 "$1/usr/local/bin/$name"; done',
      'rm -f "$1"/usr/lib/python3*/EXTERNALLY-MANAGED',
    ].join('\n'),
    settings: { env: { PATH: systemPath, LANG: 'C.UTF-8', PYTHON_VERSION: `3.${python}` }, command: ['python3'] },
  }
}

export function nodeRecipe({ suite, node }: Release): Recipe {
  return {
    kind: 'bootstrap',
    tag: `node:${node}`,
    sentence: `Debian ${suite} with Node ${node}`,
    suite,
    packages: ['nodejs', 'npm', 'ca-certificates', 'tzdata', 'busybox-static'],
    hook: [
      'for name in node npm npx; do ln -s "/usr/bin/$name" "$1/usr/local/bin/$name"; done',
      'chroot "$1" useradd --uid 1000 --user-group --create-home --shell /bin/bash node',
    ].join('\n'),
    settings: { env: { PATH: systemPath, NODE_VERSION: String(node) }, command: ['node'] },
  }
}

export function compilerRecipe({ suite, gcc }: Release): Recipe {
  return {
    kind: 'bootstrap',
    tag: `gcc:${gcc}`,
    sentence: `Debian ${suite} with GCC ${gcc}`,
    suite,
    packages: ['gcc', 'g++', 'libc6-dev', 'make', 'pkgconf', 'git', 'ca-certificates', 'curl', 'wget', 'procps'],
    hook: '',
    settings: { env: { PATH: systemPath }, command: ['bash'] },
  }
}

/** Holds what the small images are carved from; Debian itself is this without the extras. */
export function partsRecipe({ suite }: Release): Recipe {
  return {
    kind: 'bootstrap',
    tag: `parts:${suite}`,
    sentence: `Debian ${suite} with busybox, musl and time zones`,
    suite,
    packages: ['ca-certificates', 'busybox-static', 'bash-static', 'musl', 'tzdata'],
    hook: '',
    settings: { env: { PATH: systemPath }, command: ['bash'] },
  }
}

export function debianRecipe(release: Release): Recipe {
  const parent = partsRecipe(release)
  const script = 'dpkg --purge busybox-static bash-static musl >/dev/null'
  const sentence = `Debian ${release.suite}`
  return { kind: 'dress', tag: `debian:${release.suite}`, sentence, parent, script, settings: parent.settings }
}

export function centosRecipe(): Recipe {
  const parent = debianRecipe(newestStable)
  const sentence = 'Debian trixie in the place of a Red Hat system'
  const { settings } = parent
  return { kind: 'dress', tag: 'centos:latest', sentence, parent, script: foreignPackageManagers, settings }
}

/** Red Hat's package managers are not there, and that is our gap. */
const foreignPackageManagers = `set -eu
for name in yum dnf microdnf rpm; do
  printf '#!/bin/sh\\necho "cgrade-stand-in: %s is not there in this stand-in" >&2\\nexit 99\\n' "$name" > "/usr/bin/$name"
  chmod 755 "/usr/bin/$name"
done
`
