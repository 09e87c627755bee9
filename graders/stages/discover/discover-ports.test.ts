import { expect, test } from 'vitest'
import { findPorts } from './discover-ports.ts'
import { scanSources } from './discover-routes.ts'

function portsIn(language: string, text: string): number[] {
  return findPorts(scanSources([{ path: `main.${language}`, language, text }]))
}

test.each([
  ['go', 'http.ListenAndServe(":8080", nil)', [8080]],
  ['go', 'net.Listen("tcp", ":80")', [80]],
  ['go', 'r.Run("0.0.0.0:9090")', [9090]],
  ['go', 'srv := &http.Server{Addr: ":8081", Handler: mux}', [8081]],
  ['go', 'port := flag.String("port", "8082", "port to listen on")', [8082]],
  ['go', 'flag.IntVar(&port, "port", 8083, "")', [8083]],
  ['go', 'if port == "" { port = "8084" }', [8084]],
  ['go', 'const listenAddr = "localhost:7000"', [7000]],
  ['js', 'const PORT = process.env.PORT || 3000; app.listen(PORT)', [3000]],
  ['js', 'server.listen(3001, () => {})', [3001]],
  ['py', "app.run(host='0.0.0.0', port=5000)", [5000]],
  ['py', "HTTPServer(('', 8000), Handler).serve_forever()", [8000]],
  ['py', "port = int(os.environ.get('PORT', '8085'))", [8085]],
  ['java', 'HttpServer.create(new InetSocketAddress(8086), 0); int port = 8087;', [8087]],
  ['c', 'addr.sin_port = htons(8088);', [8088]],
  ['rs', 'TcpListener::bind("127.0.0.1:7878")', [7878]],
])('reads the port of %s: %s', (language, text, ports) => {
  expect(portsIn(language, text)).toEqual(ports)
})

test.each([
  'time.Sleep(8080)',
  'http.Get("http://example.com:8080/x")',
  '// http.ListenAndServe(":8080", nil)',
  'version := "1.2.8080"',
  'port := 99999999',
  'http.ListenAndServe(":99999", nil)',
])('takes no port from %s', (text) => {
  expect(portsIn('go', text)).toEqual([])
})

test('ports that are listened on come first, at most eight', () => {
  const named = Array.from({ length: 12 }, (_, i) => `port${i} := ${9000 + i}`).join('\n')
  const ports = portsIn('go', `${named}\nhttp.ListenAndServe(":8080", nil)`)
  expect(ports).toHaveLength(8)
  expect(ports[0]).toBe(8080)
})
