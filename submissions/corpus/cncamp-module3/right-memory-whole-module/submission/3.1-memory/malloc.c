#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MB25 (25 * 1000 * 1000)

int main(void)
{
    for (int i = 1; i <= 40; i++) {
        void *p = malloc(MB25);
        if (!p)
            return 1;
        memset(p, 1, MB25);
        printf("Allocating %dMb memory\n", i * 25);
        fflush(stdout);
        sleep(1);
    }
    return 0;
}
