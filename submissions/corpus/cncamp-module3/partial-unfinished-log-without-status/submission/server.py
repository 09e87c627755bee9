import os
import socketserver
from http.server import BaseHTTPRequestHandler


class H(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        print("visitor", self.client_address[0])
        if self.path == "/healthz":
            self.send_response(200)
        else:
            self.send_response(200)
            for k in self.headers:
                if k.lower() != "connection":
                    self.send_header(k, self.headers[k])
            self.send_header("version", os.getenv("VERSION", ""))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


with socketserver.ThreadingTCPServer(("0.0.0.0", 9999), H) as server:
    server.serve_forever()
