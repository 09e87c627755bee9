/* httpserver for exercise 3.2: echoes headers, VERSION, access log, /healthz. One request per connection. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define SIZE 16384

static int read_request(int fd, char *text)
{
    size_t have = 0;

    while (have < SIZE - 1) {
        ssize_t n = read(fd, text + have, SIZE - 1 - have);
        if (n <= 0)
            return -1;
        have += n;
        text[have] = 0;
        if (strstr(text, "\r\n\r\n"))
            return 0;
    }
    return -1;
}

static void handle(int fd, const char *ip)
{
    static char in[SIZE], out[SIZE + 1024];
    char path[256] = "";

    if (read_request(fd, in) || sscanf(in, "%*15s %255s", path) != 1)
        return;
    int status = !strcmp(path, "/") || !strcmp(path, "/healthz") ? 200 : 404;
    char *headers = strstr(in, "\r\n") + 2;
    *(strstr(headers - 2, "\r\n\r\n") + 2) = 0;
    const char *version = getenv("VERSION");
    int n = snprintf(out, sizeof out, "HTTP/1.1 %d %s\r\nVERSION: %s\r\nContent-Length: 3\r\n%s\r\n%s", status,
                     status == 200 ? "OK" : "Not Found", version ? version : "", headers, status == 200 ? "ok\n" : "no\n");
    for (int sent = 0; sent < n;) {
        ssize_t m = write(fd, out + sent, n - sent);
        if (m <= 0)
            break;
        sent += m;
    }
    printf("clientip=%s path=%s code=%d\n", ip, path, status);
    fflush(stdout);
}

static void leave(int signal)
{
    (void)signal;
    _exit(0);
}

int main(void)
{
    int yes = 1, s = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in any = { .sin_family = AF_INET, .sin_port = htons(8080), .sin_addr.s_addr = INADDR_ANY };

    signal(SIGTERM, leave);
    signal(SIGPIPE, SIG_IGN);
    signal(SIGCHLD, SIG_IGN);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(s, (struct sockaddr *)&any, sizeof any) || listen(s, 16)) {
        perror("listen");
        return 1;
    }
    for (;;) {
        struct sockaddr_in peer;
        socklen_t size = sizeof peer;
        int fd = accept(s, (struct sockaddr *)&peer, &size);
        if (fd < 0)
            continue;
        if (fork() == 0) {
            handle(fd, inet_ntoa(peer.sin_addr));
            _exit(0);
        }
        close(fd);
    }
}
