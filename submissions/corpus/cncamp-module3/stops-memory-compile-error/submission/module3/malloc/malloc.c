#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    for (int i = 0; i < 10; i++) {
        char *p = malloc(BLOCK_SIZE);
        memset(p, 1, BLOCK_SIZE)
        sleep(1);
    }
    return 0;
}
