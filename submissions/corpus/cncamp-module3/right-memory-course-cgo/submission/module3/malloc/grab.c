#include <stdlib.h>
#include <string.h>

/* 申请一块内存并写满, 否则内核不会真正分配物理页 */
char *grab(long bytes)
{
    char *block = malloc(bytes);
    if (block != NULL)
        memset(block, 'x', bytes);
    return block;
}
