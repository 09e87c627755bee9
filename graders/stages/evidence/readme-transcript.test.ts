import { expect, test } from 'vitest'
import { readTranscript } from './readme-transcript.ts'

const loopback = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN qlen 1
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
       valid_lft forever preferred_lft forever
`
const listing = (link: string, address: string, mac: string) =>
  `${loopback}${link}: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue state UP
    link/ether ${mac} brd ff:ff:ff:ff:ff:ff link-netnsid 0
    inet ${address} brd 172.17.255.255 scope global eth0
       valid_lft forever preferred_lft forever
`
const firstMac = '02:42:ac:11:00:02'
const handout = `# 获取容器进程 id
$lsns -t net | grep http-server
4026533216 net       1 34844 root /bin/http-server
# -t 指定进程号，-n 表示网络命名空间
$nsenter -t 34844 -n ip addr
${listing('176: eth0@if177', '172.17.0.2/16', firstMac)}`
const fenced = (text: string) => `# 3.2\n\n通过 nsenter 进入容器。\n\`\`\`bash\n${text}\`\`\`\n`

test("counts a transcript of the student's own, though every engine gives its first container the same address", () => {
  const text = fenced(`$ nsenter -t 4711 -n ip addr\n${listing('31: eth0@if32', '172.17.0.2/16', firstMac)}`)
  expect(readTranscript(text)).toMatchObject({
    shows: 'own',
    line: 5,
    address: '172.17.0.2',
    link: '31: eth0@if32',
    text: expect.stringMatching(/^\$ nsenter -t 4711 [\s\S]*eth0$/m),
  })
})

test.each([
  ['as it is', handout],
  ['with Windows line ends', handout.replaceAll('\n', '\r\n')],
  ['with another PID', handout.replaceAll('34844', '12345').replace('4026533216', '4026532999')],
  ['with an address that was changed by hand', handout.replace('172.17.0.2/16', '172.17.0.9/16')],
  ['quoted', handout.replace(/^/gm, '> ')],
  ['indented', handout.replace(/^/gm, '    ')],
])("takes the handout's example for the handout's: %s", (_, text) => {
  expect(readTranscript(fenced(text))).toMatchObject({ shows: 'handout', link: '176: eth0@if177' })
})

test("counts the handout's link numbers with an address and MAC of one's own", () => {
  const text = handout.replace('172.17.0.2/16', '172.17.0.5/16').replace(firstMac, '02:42:ac:11:00:05')
  expect(readTranscript(fenced(text))).toMatchObject({ shows: 'own', address: '172.17.0.5' })
})

test("counts one's own beside the handout's", () => {
  const own = `$ nsenter -t 9 -n ip a\n${listing('8: eth0@if9', '172.18.0.3/16', '92:1c:aa:00:10:02')}`
  expect(readTranscript(fenced(handout) + fenced(own))).toMatchObject({ shows: 'own', address: '172.18.0.3' })
})

test.each([
  [
    'ip -brief',
    '# nsenter -t 7 -n ip -br a\nlo               UNKNOWN        127.0.0.1/8\neth0@if12        UP             10.88.0.4/16\n',
    '10.88.0.4',
  ],
  [
    'ip -oneline',
    '# nsenter -t 7 -n ip -o a\n1: lo    inet 127.0.0.1/8 scope host lo\n11: eth0    inet 172.17.0.3/16 brd 172.17.255.255 scope global eth0\n',
    '172.17.0.3',
  ],
  [
    'ifconfig',
    '# nsenter -n -t 7 ifconfig\neth0: flags=4163<UP,BROADCAST>  mtu 1500\n        inet 172.17.0.2  netmask 255.255.0.0  broadcast 172.17.255.255\n',
    '172.17.0.2',
  ],
  [
    'old ifconfig',
    '# nsenter -n -t 7 ifconfig\neth0      Link encap:Ethernet  HWaddr 02:42:AC:11:00:02\n          inet addr:172.17.0.2  Bcast:172.17.255.255  Mask:255.255.0.0\n',
    '172.17.0.2',
  ],
  [
    'one interface',
    '    # ./nsenter.sh 40211\n    31: eth0@if32: <UP,LOWER_UP> mtu 1500\n        inet 172.17.0.6/16 brd 172.17.255.255\n',
    '172.17.0.6',
  ],
  [
    'a shell that nsenter opened',
    '[root@vm ~]# nsenter -t 7 -n bash\n[root@vm ~]# ip a\n8: eth0@if9: <UP> mtu 1500\n    inet 172.17.0.2/16 scope global eth0\n',
    '172.17.0.2',
  ],
  [
    'ip netns exec',
    '$ ip netns exec web ip a\n8: eth0@if9: <UP> mtu 1500\n    inet 172.17.0.2/16 scope global eth0\n',
    '172.17.0.2',
  ],
])('reads the output of %s', (_, text, address) => {
  expect(readTranscript(text)).toMatchObject({ shows: 'own', address })
})

test.each([
  ['nothing', ''],
  ['a command without its output', '$ nsenter -t 7 -n ip addr\n'],
  ['an address in prose', '用 nsenter 看到容器的 IP 是 172.17.0.3\n'],
  [
    'docker exec',
    `通过 nsenter 进入容器\n$ docker exec -it web ip addr\n${listing('8: eth0@if9', '172.17.0.3/16', firstMac)}`,
  ],
  ['ip alone', `$ ip addr\n${listing('2: eth0', '192.168.1.7/24', 'aa:bb:cc:dd:ee:ff')}`],
  ['the loopback alone', `$ nsenter -t 7 -n ip addr\n${loopback}`],
  ['no IPv4 address', '$ nsenter -t 7 -n ip a\n8: eth0@if9: <UP> mtu 1500\n    inet6 fe80::1/64 scope link\n'],
  ['an address that there is not', '$ nsenter -t 7 -n ip a\n8: eth0@if9: <UP> mtu 1500\n    inet 172.17.0.300/16\n'],
  ['an address without its prefix', '$ nsenter -t 7 -n ip a\n8: eth0@if9: <UP> mtu 1500\n    inet 172.17.0.3\n'],
  [
    'what was typed after leaving',
    '$ nsenter -t 7 -n bash\n$ exit\n$ ip a\n8: eth0@if9: <UP> mtu\n    inet 172.17.0.3/16\n',
  ],
])('sees no transcript in %s', (_, text) => {
  expect(readTranscript(text)).toBeUndefined()
})

test('tells the interfaces of the machine itself from those of a container', () => {
  const text = `# nsenter -t 7 ip addr\n${listing('2: eth0', '10.0.2.15/24', '52:54:00:12:34:56')}3: docker0: <UP> mtu 1500\n    inet 172.17.0.1/16\n177: veth12ab@if176: <UP> mtu 1500\n    link/ether aa:bb:cc:dd:ee:ff\n`
  expect(readTranscript(text)).toMatchObject({ shows: 'host' })
})

test.each([
  '$ nsenter -t 7 -m -n ip addr\nnsenter: failed to execute ip: No such file or directory\n',
  '# nsenter -a -t 7 ip addr\nnsenter: failed to execute ip: No such file or directory\n',
  "$ nsenter --all --target 7 ip a\nnsenter: can't execute 'ip': No such file or directory\n",
  '# nsenter -t 7 -mn sh\n/ # ip addr\nsh: ip: not found\n',
  '# nsenter --target 7 --mount --net bash\nroot@x:/# ip addr\nbash: ip: command not found\n',
])('sees that the file system of the image was entered as well: %j', (text) => {
  expect(readTranscript(text)).toMatchObject({ shows: 'no-ip-inside', line: 1 })
})

test('does not hold a mistake against a student who then shows it right', () => {
  const wrong = '$ nsenter -t 7 -a ip addr\nnsenter: failed to execute ip: No such file or directory\n'
  const right = `$ nsenter -t 7 -n ip addr\n${listing('8: eth0@if9', '172.17.0.2/16', firstMac)}`
  expect(readTranscript(wrong + right)).toMatchObject({ shows: 'own', line: 3 })
})

test('sees that there is only a picture of it', () => {
  expect(readTranscript('通过 nsenter 进入容器查看 IP\n\n![ip](images/ip.png)\n')).toEqual({
    shows: 'picture',
    line: 3,
  })
})

test.each([
  '1: '.repeat(80_000),
  'nsenter\n'.repeat(30_000),
  '1: eth0@if2: <\n'.repeat(17_000),
  `nsenter\n${'1: eth0@if2: <\n inet 10.0.0.1/8\n'.repeat(8_000)}`,
  '![](\n'.repeat(50_000),
  'ip: not found\n'.repeat(18_000),
  `${'> '.repeat(120_000)}`,
])(
  'answers on hostile text (%#)',
  (text) => {
    expect(JSON.stringify(readTranscript(text) ?? {}).length).toBeLessThan(40_000)
  },
  5_000,
)
