// tiny http server, one request at a time
// cc: see ../Makefile
#include <arpa/inet.h>
#include <netdb.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct request {
    char *line;
    char *headers[64];
    int count;
};

// cuts the text at its CRLFs; returns 0 when it is not a request
static int parse(char *text, struct request *q)
{
    q->count = 0;
    q->line = text;
    for (char *p = strstr(text, "\r\n"); p; p = strstr(p, "\r\n")) {
        *p = 0;
        p += 2;
        if (!*p || *p == '\r')
            return strncmp(text, "GET ", 4) == 0 || strncmp(text, "HEAD ", 5) == 0;
        if (q->count < 64)
            q->headers[q->count++] = p;
    }
    return 0;
}

static void answer(int c, struct sockaddr_in *from)
{
    static char in[8193];
    ssize_t n = 0, k;
    in[0] = 0;
    while (!strstr(in, "\r\n\r\n") && (k = recv(c, in + n, 8192 - n, 0)) > 0)
        in[n += k] = 0;

    struct request q;
    int code = 400;
    if (parse(in, &q)) {
        char *path = strchr(q.line, ' ') + 1, *e = strchr(path, ' ');
        size_t len = e ? (size_t)(e - path) : strlen(path);
        code = (len == 1 && *path == '/') || (len == 8 && !strncmp(path, "/healthz", 8)) ? 200 : 404;
    }
    FILE *f = fdopen(dup(c), "w");
    fprintf(f, "HTTP/1.0 %d x\r\n", code);
    for (int i = 0; i < q.count; i++)
        if (strncasecmp(q.headers[i], "connection:", 11))
            fprintf(f, "%s\r\n", q.headers[i]);
    if (getenv("VERSION"))
        fprintf(f, "X-Version: %s\r\n", getenv("VERSION"));
    fprintf(f, "Connection: close\r\n\r\n");
    fclose(f);
    printf("client=%s code=%d\n", inet_ntoa(from->sin_addr), code);
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN);
    signal(SIGTERM, exit);
    setvbuf(stdout, NULL, _IOLBF, 0);
    int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(8000) };
    setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(s, (struct sockaddr *)&a, sizeof a) < 0 || listen(s, 16) < 0) {
        perror("hs");
        return 1;
    }
    for (;;) {
        socklen_t l = sizeof a;
        int c = accept(s, (struct sockaddr *)&a, &l);
        struct timeval wait = { .tv_sec = 5 };
        setsockopt(c, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
        answer(c, &a);
        shutdown(c, SHUT_RDWR);
        close(c);
    }
}
