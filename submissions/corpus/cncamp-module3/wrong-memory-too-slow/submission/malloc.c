#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    int mb = 0;

    for (;;) {
        char *p = malloc(1 << 20);
        memset(p, 1, 1 << 20);
        printf("%d MB\n", ++mb);
        fflush(stdout);
        sleep(3);
    }
}
