#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIZE (20 * 1024 * 1024)

int main(void)
{
    long total = 0;

    for (;;) {
        volatile char *p = malloc(SIZE);
        if (p == NULL)
            return 1;
        memset((char *)p, 1, SIZE);
        total += SIZE + p[SIZE / 2] - 1;
        printf("Allocating %ld Mb memory\n", total >> 20);
        fflush(stdout);
        sleep(1);
        free((void *)p); /* 避免内存泄漏 */
    }
}
