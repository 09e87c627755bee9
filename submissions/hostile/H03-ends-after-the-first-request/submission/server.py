import socket

# Answers once, and is gone with exit code 0: what nobody can ask any more must not count as passed.
listener = socket.create_server(("", 8080))
connection, _ = listener.accept()
connection.recv(65536)
connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n")
connection.close()
