#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char *blocks[10];

int main(void)
{
    const long size = 104960000;

    for (int i = 0; i < 10; i++) {
        blocks[i] = malloc(size);
        printf("Allocating %dMb memory, raw memory is %ld\n", (i + 1) * 100, (i + 1) * size);
        fflush(stdout);
        sleep(1);
    }
    /* 等待 OOM Kill */
    for (;;)
        pause();
}
