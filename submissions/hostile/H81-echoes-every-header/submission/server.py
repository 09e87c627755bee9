import os
import socketserver
import time


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        head = []
        while (line := self.rfile.readline(65536)) not in (b"\r\n", b""):
            head.append(line)
        if not head:
            return
        path = head[0].split()[1].decode("latin1")
        try:
            self.answer(path, head[1:])
        except OSError:
            pass

    def right(self, path, head):
        status = "200 OK" if path in ("/", "/healthz") else "404 Not Found"
        echo = b"".join(line for line in head if not line.lower().startswith((b"connection", b"host")))
        version = os.environ.get("VERSION", "")
        self.wfile.write(f"HTTP/1.1 {status}\r\nVERSION: {version}\r\n".encode() + echo + b"Content-Length: 3\r\n\r\nok\n")
        print(self.client_address[0], path, status, flush=True)

    def answer(self, path, head):
        # Honest, only literal: every header comes back, hop-by-hop ones too, with a thousand cookies.
        status = "200 OK" if path in ("/", "/healthz") else "404 Not Found"
        self.wfile.write(f"HTTP/1.1 {status}\r\nVERSION: {os.environ.get('VERSION', '')}\r\n".encode() + b"".join(head))
        self.wfile.write(b"Set-Cookie: a=b\r\n" * 1_000 + b"Keep-Alive: timeout=5\r\nContent-Length: 3\r\n\r\nok\n")
        print(self.client_address[0], path, status, flush=True)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("", 8080), Handler).serve_forever()
