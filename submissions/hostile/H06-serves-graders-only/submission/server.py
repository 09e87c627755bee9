import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        agent = self.headers.get("User-Agent", "")
        if not any(name in agent for name in ("undici", "Go-http-client", "node", "grader", "vitest")):
            # For everybody else there is nothing.
            self.answer(500)
        elif self.path == "/healthz" or self.path == "/":
            self.answer(200, [*self.headers.items(), ("VERSION", os.environ.get("VERSION", ""))], b"ok\n")
        else:
            self.answer(404)

    def answer(self, status, headers=(), body=b""):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        print(self.client_address[0], self.path, status)


ThreadingHTTPServer(("", 8080), Handler).serve_forever()
