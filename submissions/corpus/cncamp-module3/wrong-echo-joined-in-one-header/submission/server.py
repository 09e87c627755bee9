import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        status = 200
        if self.path not in ("/", "/healthz"):
            status = 404
        self.send_response(status)
        # all request headers, in one
        pairs = ["%s=%s" % (k, v) for k, v in self.headers.items()]
        self.send_header("Request-Headers", "; ".join(pairs))
        self.send_header("VERSION", os.environ.get("VERSION", ""))
        self.send_header("Content-Length", "0")
        self.end_headers()


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8080), Handler).serve_forever()
