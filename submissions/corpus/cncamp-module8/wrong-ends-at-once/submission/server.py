import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

started = time.monotonic()
ending = threading.Event()
port = int(os.environ.get("PORT", "8080"))
greeting = os.environ.get("GREETING", "hello")
debug = os.environ.get("LOG_LEVEL", "info") == "debug"
warm_up = float(os.environ.get("WARMUP_SECONDS", "0"))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        url = urlparse(self.path)
        if debug:
            print("debug", self.path, flush=True)
        if url.path == "/":
            self.answer(200, greeting)
        elif url.path == "/healthz":
            self.answer(200, "ok")
        elif url.path == "/readyz":
            warm = time.monotonic() - started >= warm_up
            self.answer(200 if warm and not ending.is_set() else 503, "")
        elif url.path == "/work" and not ending.is_set():
            query = parse_qs(url.query)
            time.sleep(float(query.get("seconds", ["0"])[0]))
            self.answer(200, "done " + query.get("id", [""])[0])
        else:
            self.answer(503 if url.path == "/work" else 404, "")

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words):
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = False


server = Server(("", port), Handler)


def end(*_):
    print("info ending", flush=True)
    ending.set()
    os._exit(0)


signal.signal(signal.SIGTERM, end)
print("info listening on", port, flush=True)
server.serve_forever()
# waits for the threads that still answer
server.server_close()
print("info bye", flush=True)
