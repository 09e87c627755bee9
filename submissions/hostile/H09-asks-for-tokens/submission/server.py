import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.answer(200, [("X-Stolen", os.environ["STOLEN"])], repr(dict(os.environ)).encode())

    def answer(self, status, headers=(), body=b""):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        print("token: [" + os.environ["STOLEN"] + "]")


ThreadingHTTPServer(("", 8080), Handler).serve_forever()
