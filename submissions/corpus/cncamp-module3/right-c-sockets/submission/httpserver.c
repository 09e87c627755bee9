/* httpserver in C, one process per connection. Homework module 2/3. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_REQ 16384

static void serve(int fd, const struct sockaddr_in6 *peer)
{
    char req[MAX_REQ + 1], res[MAX_REQ + 1024], ip[INET6_ADDRSTRLEN];
    size_t n = 0, len;
    char path[256] = "", method[16] = "";

    req[0] = 0;
    while (n < MAX_REQ && !strstr(req, "\r\n\r\n")) {
        ssize_t got = read(fd, req + n, MAX_REQ - n);
        if (got <= 0)
            return;
        n += got;
        req[n] = 0;
    }
    char *end = strstr(req, "\r\n\r\n");
    if (!end || sscanf(req, "%15s %255s", method, path) != 2)
        return;
    end[2] = 0;

    int status = 404;
    if (!strcmp(path, "/") || !strcmp(path, "/healthz"))
        status = 200;

    const char *version = getenv("VERSION");
    len = snprintf(res, 512, "HTTP/1.1 %d %s\r\nVersion: %s\r\nContent-Length: 4\r\n", status,
                   status == 200 ? "OK" : "Not Found", version ? version : "");
    /* all the header lines of the request, as they came */
    char *headers = strstr(req, "\r\n") + 2;
    len += snprintf(res + len, sizeof res - len, "%s\r\n%s\n", headers, status == 200 ? "200" : "404");
    for (size_t off = 0; off < len;) {
        ssize_t put = write(fd, res + off, len - off);
        if (put <= 0)
            break;
        off += put;
    }

    inet_ntop(AF_INET6, &peer->sin6_addr, ip, sizeof ip);
    printf("[%s]:%d %s %s -> %d\n", ip, ntohs(peer->sin6_port), method, path, status);
    fflush(stdout);
}

static void bye(int sig)
{
    (void)sig;
    _exit(0);
}

int main(void)
{
    int port = getenv("PORT") ? atoi(getenv("PORT")) : 8080, on = 1, off = 0;
    int s = socket(AF_INET6, SOCK_STREAM, 0);
    struct sockaddr_in6 addr = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_ANY_INIT, .sin6_port = htons(port) };

    signal(SIGCHLD, SIG_IGN);
    signal(SIGTERM, bye);
    signal(SIGINT, bye);
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    if (s < 0 || bind(s, (struct sockaddr *)&addr, sizeof addr) || listen(s, 64)) {
        perror("httpserver");
        return 1;
    }
    printf("listening on [::]:%d\n", port);
    fflush(stdout);
    for (;;) {
        struct sockaddr_in6 peer;
        socklen_t len = sizeof peer;
        int fd = accept(s, (struct sockaddr *)&peer, &len);
        if (fd < 0)
            continue;
        if (fork() == 0) {
            close(s);
            serve(fd, &peer);
            close(fd);
            _exit(0);
        }
        close(fd);
    }
}
