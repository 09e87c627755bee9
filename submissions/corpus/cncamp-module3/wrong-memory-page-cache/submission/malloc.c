#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (1 << 20)
#define CHUNKS 160

static char buffer[CHUNK];

int main(void)
{
    int fd = open("/tmp/memory", O_RDWR | O_CREAT, 0600);

    if (fd < 0) {
        perror("/tmp/memory");
        return 1;
    }
    memset(buffer, 'p', sizeof buffer);
    for (long n = 0;; n = (n + 1) % CHUNKS) {
        if (pwrite(fd, buffer, CHUNK, n * CHUNK) != CHUNK) {
            perror("pwrite");
            return 1;
        }
        if (n % 8 == 7) {
            fdatasync(fd);
            printf("used %ld MB\n", n + 1);
            fflush(stdout);
        }
        usleep(20000);
    }
}
