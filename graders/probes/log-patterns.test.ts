import { expect, test } from 'vitest'
import { addressesIn, linesWithAddress, linesWithStatus } from './log-patterns.ts'

const line = (text: string) => [{ index: 0, stream: 'stdout' as const, text }]
const showsAddress = (text: string) => linesWithAddress(line(text), '10.1.2.3').length === 1
const showsStatus = (text: string, status = 200) => linesWithStatus(line(text), status).length === 1

test.each([
  '10.1.2.3 GET /',
  'clientip: 10.1.2.3:53122',
  '[::ffff:10.1.2.3]:53122',
  '{"ip":"10.1.2.3","code":200}',
  '客户端IP：10.1.2.3，返回码200',
  'from 10.1.2.3.',
])('finds the address in: %s', (text) => expect(showsAddress(text)).toBe(true))

test.each(['110.1.2.3', '10.1.2.34', '10.1.2.3.4', '0.0.0.0:8080', 'v10.1.2.3.0'])('does not find it in: %s', (text) =>
  expect(showsAddress(text)).toBe(false),
)

test.each([
  'Success! Response code: 200',
  '"GET / HTTP/1.1" 200 12',
  '[GIN] 2022/03/06 - 06:15:55 | 200 |  52.1µs | 10.1.2.3 | GET "/"',
  '{"status":200}',
  'code=200,ip=10.1.2.3',
  '状态码200',
  '返回码：200',
  '200 OK',
  '200OK',
  'status is 200.',
  '200: GET /',
  '(200)',
])('finds the status in: %s', (text) => expect(showsStatus(text)).toBe(true))

test.each([
  '06:15:55.200 GET /',
  'took 200ms',
  'took 200 µs',
  'port 52200',
  '2000 bytes',
  'main.go:200] hello',
  '10.1.2.200 x',
  '10.200.1.3 x',
  '20:200',
  'x-200-y',
  'id_200',
])('does not take for a status: %s', (text) => expect(showsStatus(text)).toBe(false))

test('lists the addresses that a log shows, once each', () => {
  expect(addressesIn([...line('1.2.3.4:80 and 5.6.7.8'), ...line('1.2.3.4')])).toEqual(['1.2.3.4', '5.6.7.8'])
})
