import { officialNameOf, parseImageReference } from '../../sandbox/bases/image-reference.ts'

/** Images of Docker Hub's own library; other words after `--from=` are misspelt stages. */
const officialImages = new Set(
  [
    'almalinux alpine amazoncorretto amazonlinux archlinux bash buildpack-deps bun busybox caddy centos clojure composer',
    'dart debian docker eclipse-temurin elixir erlang fedora gcc golang gradle groovy haproxy',
    'haskell httpd ibmjava java jetty jruby julia maven memcached mono mysql nginx node openjdk opensuse oraclelinux perl',
    'photon php postgres pypy python r-base redis registry rockylinux ruby rust scratch swift tomcat traefik ubuntu',
  ]
    .join(' ')
    .split(' '),
)

/** True for an image that anybody may build on or copy from. */
export function isPublicBase(name: string, trustedBases: readonly string[] = []): boolean {
  const official = officialName(name)
  if (official === undefined) return trustedBases.includes(name.split(/[:@]/, 1)[0] ?? '')
  return trustedBases.includes(official) || officialImages.has(official) || official.startsWith('distroless/')
}

/** `docker.m.daocloud.io/library/golang:1.22` is `golang`. */
export function officialName(name: string): string | undefined {
  const reference = parseImageReference(name)
  return reference === undefined ? undefined : officialNameOf(reference)
}
