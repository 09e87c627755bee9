#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void)
{
    struct rlimit cap = { 80 << 20, 80 << 20 };
    setrlimit(RLIMIT_AS, &cap);

    for (int i = 1;; i++) {
        char *p = malloc(10 << 20);
        if (!p) {
            printf("Killed\n");
            exit(1);
        }
        memset(p, i, 10 << 20);
        printf("Allocating %dMb memory\n", i * 10);
        fflush(stdout);
        usleep(300000);
    }
}
