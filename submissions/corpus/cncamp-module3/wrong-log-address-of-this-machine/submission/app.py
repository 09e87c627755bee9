# -*- coding: utf-8 -*-
import os
import socket
from http.server import HTTPServer, BaseHTTPRequestHandler


def get_ip():
    # 获取 ip
    return socket.gethostbyname(socket.gethostname())


class MyHandler(BaseHTTPRequestHandler):
    def do_GET(self):
        code = 200
        self.send_response(code)
        for k, v in self.headers.items():
            if k.lower() != 'connection':
                self.send_header(k, v)
        self.send_header('VERSION', os.getenv('VERSION', 'unknown'))
        self.end_headers()
        if self.path == '/healthz':
            self.wfile.write(b'ok')
        print('client ip: %s, return code: %d' % (get_ip(), code))

    def log_message(self, format, *args):
        pass


print('start server on 5000')
HTTPServer(('0.0.0.0', 5000), MyHandler).serve_forever()
