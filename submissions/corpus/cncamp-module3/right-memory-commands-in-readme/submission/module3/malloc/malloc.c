#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void alloc(long bytes)
{
    char *p = malloc(bytes);

    if (!p)
        exit(1);
    memset(p, '0', bytes);
}

int main(void)
{
    for (int i = 1; i <= 30; i++) {
        alloc(30L * 1000 * 1000);
        printf("已申请 %d MB\n", i * 30);
        fflush(stdout);
        sleep(2);
    }
    return 0;
}
