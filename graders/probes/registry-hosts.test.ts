import { expect, test } from 'vitest'
import { isPublicAddress, openDoor } from './registry-hosts.ts'

test.each([
  'docker.io',
  'ghcr.io',
  'quay.io',
  'registry.cn-hangzhou.aliyuncs.com',
  'crpi-1a2b3c.cn-shanghai.personal.cr.aliyuncs.com',
  'ccr.ccs.tencentyun.com',
  'swr.cn-north-4.myhuaweicloud.com',
  'us-docker.pkg.dev',
])('%s is asked, by TLS', (registry) => {
  expect(openDoor(registry, [], true)?.origin).toMatch(/^https:/)
  expect(openDoor(registry, [], true)?.trusted.size).toBe(0)
  expect(openDoor(registry, [], false)).toBeUndefined()
})

test.each([
  'localhost:5000',
  '127.0.0.1:5000',
  '10.0.0.5',
  '[::1]:5000',
  'harbor.example.edu',
  'docker.io.example.com',
  'evil-docker.io',
  'ghcr.io:8443',
  'registry.a.b.aliyuncs.com.evil.com',
  'registry.aliyuncs.com',
  'metadata.google.internal',
])('%s is not asked unless the assignment names it', (registry) => {
  expect(openDoor(registry, [], true)).toBeUndefined()
})

test.each([
  ['localhost:5000', 'localhost:5000', 'http://localhost:5000'],
  ['127.0.0.1:5000', '127.0.0.1:5000', 'http://127.0.0.1:5000'],
  ['harbor.example.edu', 'harbor.example.edu', 'https://harbor.example.edu'],
  ['Harbor.Example.edu', 'harbor.example.edu', 'https://harbor.example.edu'],
  ['10.0.0.5:5000', 'http://10.0.0.5:5000', 'http://10.0.0.5:5000'],
])('%s is asked where the assignment names %s, at %s', (registry, named, origin) => {
  expect(openDoor(registry, [named], false)?.origin).toBe(origin)
})

test.each(['104.18.121.25', '2606:4700::6812:7919', '44.208.254.194', '172.15.0.1', '172.32.0.1', '100.128.0.1'])(
  '%s is an address of the internet',
  (address) => expect(isPublicAddress(address)).toBe(true),
)

test.each([
  '127.0.0.1',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '100.100.100.200',
  '0.0.0.0',
  '224.0.0.1',
  '255.255.255.255',
  '198.18.0.1',
  '::',
  '::1',
  'fe80::1',
  'fd00:ec2::254',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001:0:7f00:1::',
  'ff02::1',
  'not-an-address',
])('%s is none', (address) => expect(isPublicAddress(address)).toBe(false))
