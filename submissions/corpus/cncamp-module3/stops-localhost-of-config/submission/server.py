import os
from http.server import BaseHTTPRequestHandler, HTTPServer

HOST = os.environ.get("HOST", "localhost")
PORT = int(os.environ.get("PORT", "8080"))


class H(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        for k, v in self.headers.items():
            self.send_header(k, v)
        self.send_header("VERSION", os.environ.get("VERSION", ""))
        self.end_headers()


HTTPServer((HOST, PORT), H).serve_forever()
