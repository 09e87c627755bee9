"""cloud native homework: http server"""
import os
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION = os.environ.get("VERSION", "")


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        route = self.path.split("?")[0]
        if route == "/healthz":
            self.reply(HTTPStatus.OK, "healthy\n")
        elif route == "/":
            self.reply(HTTPStatus.OK, "hello\n", echo=True)
        else:
            self.reply(HTTPStatus.NOT_FOUND, "nothing here\n")

    do_POST = do_GET

    def reply(self, status, text, echo=False):
        body = text.encode()
        self.send_response(status)
        if echo:
            for name, value in self.headers.items():
                if name.lower() not in ("content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("X-Version", VERSION)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    # the default writes to stderr, the homework says stdout
    def log_message(self, format, *args):
        print("%s - [%s] %s" % (self.client_address[0], self.log_date_time_string(), format % args))


if __name__ == "__main__":
    print("start on 8000, VERSION=" + VERSION)
    ThreadingHTTPServer(("", 8000), Handler).serve_forever()
