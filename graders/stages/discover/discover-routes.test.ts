import { expect, test } from 'vitest'
import { findRoutes, scanSources } from './discover-routes.ts'

function routesIn(language: string, text: string): string[] {
  return findRoutes(scanSources([{ path: `main.${language}`, language, text }]))
}

test.each([
  [
    'net/http',
    'go',
    'http.HandleFunc("/header", h)\nmux.Handle("/healthz", http.HandlerFunc(f))',
    ['/header', '/healthz'],
  ],
  [
    'patterns of Go 1.22',
    'go',
    'mux.HandleFunc("GET /path/{id}", h); mux.HandleFunc("POST  /a/{rest...}", h); mux.HandleFunc("/end/{$}", h)',
    ['/path/x', '/a/x', '/end/'],
  ],
  ['a host in the pattern', 'go', 'http.HandleFunc("localhost/healthz", h)', ['/healthz']],
  ['a trailing slash', 'go', 'http.HandleFunc("/tree/", h)', ['/tree/']],
  [
    'gin groups',
    'go',
    'v1 := r.Group("/api/v1")\n{\n v1.GET("/users/:id", h)\n v2 := v1.Group("/deep/")\n v2.Any("/*any", h)\n}\nr.GET("/top", h)',
    ['/api/v1/users/x', '/api/v1/deep/x', '/top'],
  ],
  [
    'chi blocks',
    'go',
    'r.Route("/api", func(r chi.Router) {\n r.Get("/in", h)\n r.Route("/sub", func(s chi.Router) { s.Get("/deep", h) })\n})\nr.Get("/out", h)',
    ['/api/in', '/api/sub/deep', '/out'],
  ],
  [
    'gorilla',
    'go',
    's := r.PathPrefix("/api").Subrouter()\ns.HandleFunc("/x", h)\nr.Path("/y").HandlerFunc(h)',
    ['/api/x', '/y'],
  ],
  ['httprouter', 'go', 'router.HandlerFunc(http.MethodGet, "/x", h)\nrouter.Handle("GET", "/y", h)', ['/x', '/y']],
  [
    'a switch on the path',
    'go',
    'switch r.URL.Path {\ncase "/a", "/b":\n}\nif r.URL.Path == "/c" || "/d" == r.URL.Path {}\nstrings.HasPrefix(r.URL.Path, "/e")',
    ['/a', '/b', '/c', '/d', '/e'],
  ],
  [
    'a map and a table of handlers',
    'go',
    'm := map[string]http.HandlerFunc{"/a": a}\nt := []Route{{"GET", "/b", b}, {"/c", c}}',
    ['/a', '/b', '/c'],
  ],
  [
    'constants',
    'go',
    'const healthPath = "/healthz"\ntype x struct{}\nvar y = Route{Path: "/named"}',
    ['/healthz', '/named'],
  ],
  ['raw strings', 'go', 'http.HandleFunc(`/raw`, h)', ['/raw']],
  [
    'Flask',
    'py',
    "@app.route('/a/<int:id>')\ndef a(): pass\napp.add_url_rule('/b', view_func=b)\nbp = Blueprint('x', __name__, url_prefix='/bp')\n@bp.route('/c')\ndef c(): pass",
    ['/a/1', '/b', '/bp/c'],
  ],
  [
    'FastAPI',
    'py',
    'router = APIRouter(prefix="/api")\n@router.get("/x/{id}")\ndef x(): ...\n@app.get("/healthz")',
    ['/api/x/x', '/healthz'],
  ],
  ['Django', 'py', "urlpatterns = [path('healthz/', v), re_path(r'^a$', v)]", ['/healthz/', '/a']],
  [
    'http.server',
    'py',
    "if self.path == '/healthz': pass\nelif self.path in ('/a', '/b'): pass\nelif self.path.startswith('/c'): pass",
    ['/healthz', '/a', '/b', '/c'],
  ],
  ['Express', 'js', "app.get('/a/:id', h)\napp.use('/api', router)\nrouter.get('/b', h)", ['/a/x', '/api/b']],
  [
    'plain Node',
    'js',
    "if (req.url === '/healthz') {}\nconst routes = { '/a': a }\nswitch (path) { case '/b': break }",
    ['/healthz', '/b', '/a'],
  ],
  [
    'Spring',
    'java',
    '@RestController\n@RequestMapping("/api")\npublic class C {\n @GetMapping("/a") String a() {}\n @PostMapping(value = "/b") String b() {}\n}',
    ['/api/a', '/api/b'],
  ],
  [
    'JAX-RS and the JDK',
    'java',
    '@Path("/a")\nserver.createContext("/b", h);\nif (path.equals("/c")) {}',
    ['/a', '/b', '/c'],
  ],
  [
    'Rust',
    'rs',
    '#[get("/a")]\nfn a<\'r>() {}\nRouter::new().route("/b", get(b)); match p { "/c" => 1 }',
    ['/a', '/b', '/c'],
  ],
  ['C', 'c', 'if (strcmp(path, "/a") == 0) {}\nif (strncmp(buf, "GET /b HTTP/1.1", 7) == 0) {}', ['/b', '/a']],
  ['Sinatra', 'rb', 'get \'/a\' do\nend\npost "/b" do\nend', ['/a', '/b']],
  ['PHP', 'php', "$app->get('/a', $h);\nif ($_SERVER['REQUEST_URI'] == '/b') {}", ['/a', '/b']],
])('reads the routes of %s', (_, language, text, routes) => {
  expect(routesIn(language, text)).toEqual(routes)
})

test.each([
  ['files that are opened', 'go', 'os.Open("/etc/passwd"); ioutil.ReadFile("/var/log/x"); exec.Command("/bin/sh")'],
  ['URLs', 'go', 'http.Get("http://example.com/x"); http.HandleFunc("https://example.com/y", h)'],
  [
    'file paths that are compared or named',
    'go',
    'if path == "/etc/hosts" {}\nlogPath := "/app/server.log"\nconst urlFile = "/data"\nvar path = "/bin/true"',
  ],
  ['comments', 'go', '// http.HandleFunc("/old", h)\n/* mux.Handle("/older", h) */'],
  ['comments in Python', 'py', "# @app.route('/old')\nx = 1"],
  ['requests of a client', 'py', "requests.get('/x'); pathlib.Path('/y'); os.path.join('/z', 'a')"],
  ['printed text', 'go', 'fmt.Println("/hello"); log.Printf("GET %s", "/x")'],
  ['prose with a slash', 'go', 'fmt.Println("and/or"); errors.New("/ is not allowed")'],
])('does not take %s for routes', (_, language, text) => {
  expect(routesIn(language, text)).toEqual([])
})

test('a registered file path is a route', () => {
  expect(routesIn('go', 'http.HandleFunc("/etc/passwd", trap)')).toEqual(['/etc/passwd'])
})

test('leaves the query out and refuses what cannot be asked for', () => {
  const text =
    'http.HandleFunc("/a?x=1", h)\nhttp.HandleFunc("/中文", h)\nhttp.HandleFunc("/a b", h)\nhttp.HandleFunc("//x", h)'
  expect(routesIn('go', `${text}\nhttp.HandleFunc("/${'x'.repeat(220)}", h)`)).toEqual(['/a'])
})

test('registered routes come before compared and named ones, whatever the order in the source', () => {
  const text = 'const apiPath = "/named"\nif r.URL.Path == "/compared" {}\nhttp.HandleFunc("/registered", h)'
  expect(routesIn('go', text)).toEqual(['/registered', '/compared', '/named'])
})

test.each([
  ['quotes that never end', `"${'\\"'.repeat(120_000)}`],
  ['one line of quotes', '"'.repeat(250_000)],
  ['backticks', '`x'.repeat(100_001)],
  ['nested groups', 'v := r.Group("/a")\nr.Route("/b", func(r chi.Router) {'.repeat(3000)],
  ['calls', 'f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f(f("/a",'.repeat(4000)],
  ['braces', 'case "/a", "/a", "/a", "/a", "/a", "/a", "/a", "/a", "/a"'.repeat(3000)],
])('answers on hostile source: %s', (_, text) => {
  expect(routesIn('go', text.slice(0, 256 * 1024)).length).toBeLessThan(2001)
})
