import { expect, test } from 'vitest'
import { parseDockerfile } from '../dockerfile/dockerfile.ts'
import { findOwnAddress, lastNetworkFailure } from './build-failure-network.ts'

test.each([
  ['go build', 'go: example.com/x@v1.0.0: Get "https://proxy.golang.org/x": dial tcp 142.250.1.1:443: i/o timeout'],
  ['go get x', 'go: module x: Get "https://goproxy.cn/x/@v/list": net/http: TLS handshake timeout'],
  ['go build', 'go: x@v1.0.0: reading https://goproxy.cn/x/@v/v1.0.0.mod: 502 Bad Gateway'],
  [
    'go mod tidy',
    'verifying x@v1.0.0: Get "https://sum.golang.org/lookup/x@v1.0.0": dial tcp: lookup sum.golang.org: no such host',
  ],
  [
    'make build',
    'go: x: Get "https://proxy.golang.org/x": proxyconnect tcp: dial tcp 1.2.3.4:80: connect: connection refused',
  ],
  ['npm install', 'npm error code ENOTFOUND'],
  [
    'npm ci',
    'npm ERR! request to https://registry.npmjs.org/x failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org',
  ],
  [
    'apk add git',
    'WARNING: fetching https://dl-cdn.alpinelinux.org/alpine/v3.19/main: temporary error (try again later)',
  ],
  ['apt update', "Err:1 http://deb.debian.org/debian bookworm InRelease\tTemporary failure resolving 'deb.debian.org'"],
  ['curl -sSL https://x', 'curl: (6) Could not resolve host: x'],
  ['wget https://x', "wget: bad address 'x'"],
  [
    'git clone https://x',
    "fatal: unable to access 'https://x/': Failed to connect to x port 443 after 130000 ms: Connection timed out",
  ],
  [
    'mvn package',
    '[ERROR] Could not transfer artifact a:b:pom:1 from/to central (https://repo.maven.apache.org/maven2): Unknown host',
  ],
])('takes a failed download for one: %s, %j', (command, line) => {
  expect(lastNetworkFailure(['one', line, 'two'], `RUN ${command}`)).toBe(1)
})

test.each([
  ['go build', 'main.go:4:2: undefined: Get "https://x": dial'],
  ['go test ./...', '    main_test.go:6: Get "http://api.example.com": dial tcp: lookup api.example.com: no such host'],
  ['go run .', '2023/01/01 00:00:00 Get "http://api.example.com": dial tcp: lookup api.example.com: no such host'],
  ['go build', 'go: x@v1.0.0: reading https://proxy.golang.org/x/@v/v1.0.0.mod: 404 Not Found'],
  ['server --check', 'curl: (6) is what this program prints'],
  ['npm test', 'Error: connect ECONNREFUSED 10.0.0.7:3306'],
  ['npm install', 'npm error code E404'],
  ['git clone https://x', "fatal: could not read Username for 'https://x': terminal prompts disabled"],
  ['curl -f https://x', 'curl: (22) The requested URL returned error: 404'],
  ['go vet', 'curl: (6) Could not resolve host: x'],
  ["echo 'curl: (6) Could not resolve host: x'; curl", 'curl: (6) Could not resolve host: x'],
])('takes nothing else for one: %s, %j', (command, line) => {
  expect(lastNetworkFailure([line], `RUN ${command}`)).toBe(-1)
})

test('knows addresses that only exist on the machine of the student', () => {
  const parsed = parseDockerfile('FROM a\nENV HTTPS_PROXY=http://192.168.1.5:7890\n')
  if (!parsed.ok) throw new Error('refused')
  const find = (line: string) => findOwnAddress(line, parsed.dockerfile)
  expect(find('proxyconnect tcp: dial tcp 127.0.0.1:7890: connect: connection refused')).toBe('127.0.0.1:7890')
  expect(find('curl: (7) Failed to connect to localhost port 8080')).toBe('localhost')
  expect(find('proxyconnect tcp: dial tcp 192.168.1.5:7890: i/o timeout')).toBe('192.168.1.5:7890')
  // The name server and a proxy of the grading host are not the student's.
  expect(find('dial tcp: lookup proxy.golang.org on 127.0.0.11:53: no such host')).toBeUndefined()
  expect(find('read udp 172.17.0.2:40000->127.0.0.1:53: i/o timeout')).toBeUndefined()
  expect(find('proxyconnect tcp: dial tcp 192.168.9.9:3128: i/o timeout')).toBeUndefined()
})
