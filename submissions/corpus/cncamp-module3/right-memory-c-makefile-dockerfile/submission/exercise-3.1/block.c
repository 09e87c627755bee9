#include <stdlib.h>

#include "block.h"

void *new_block(size_t bytes)
{
    unsigned char *block = malloc(bytes);

    if (block)
        for (size_t i = 0; i < bytes; i += 512)
            block[i] = (unsigned char)i | 1;
    return block;
}
