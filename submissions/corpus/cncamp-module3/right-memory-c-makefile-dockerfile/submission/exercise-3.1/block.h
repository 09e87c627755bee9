#ifndef BLOCK_H
#define BLOCK_H

#include <stddef.h>

/* A block of memory that has been written to; never freed. */
void *new_block(size_t bytes);

#endif
