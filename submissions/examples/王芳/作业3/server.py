import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class 处理器(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/healthz":
            self.send_response(200)
        elif self.path == "/":
            self.send_response(200)
            for 名称, 值 in self.headers.items():
                self.send_header(名称, 值)
            self.send_header("VERSION", os.environ.get("VERSION", ""))
        else:
            self.send_response(404)
        self.end_headers()

    def log_request(self, code="-", size="-"):
        print(f"客户端 {self.client_address[0]} 请求 {self.path} 返回码 {int(code)}")


print("服务已启动，端口 8000")
ThreadingHTTPServer(("0.0.0.0", 8000), 处理器).serve_forever()
