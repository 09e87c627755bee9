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
        if path != "/healthz":
            return self.right(path, head)
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(10_000):
            self.wfile.write(b"X-%d: __proto__\r\n" % number)
        self.wfile.write(b"\r\n")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


Server(("", 8080), Handler).serve_forever()
