import socket
import time

server = socket.socket(socket.AF_UNIX)
server.bind("/tmp/http.sock")
server.listen()
print("listening on /tmp/http.sock", flush=True)
time.sleep(100)
