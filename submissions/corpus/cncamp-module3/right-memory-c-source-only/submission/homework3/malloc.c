#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 104960000L
#define ROUNDS 10

int main(void)
{
    static char *keep[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        printf("Allocating %dMb memory, raw memory is %ld\n", (i + 1) * 100, (i + 1) * BLOCK);
        fflush(stdout);
        keep[i] = malloc(BLOCK);
        if (!keep[i]) {
            perror("malloc");
            return 1;
        }
        memset(keep[i], i + 1, BLOCK);
        sleep(60);
    }
    return 0;
}
