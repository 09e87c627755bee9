#include <stdio.h>
#include <unistd.h>

char *alloc_memory(long size);

int main(void)
{
    for (int i = 1; i <= 10; i++) {
        alloc_memory(104960000);
        printf("Allocating %dMb memory\n", i * 100);
        sleep(60);
    }
    return 0;
}
