/*
 * What the header says that each function may call: its `May call:` as sets of the kinds of every_call.h. Read from the header itself,
 * so that no table of it can drift.
 */
#ifndef MAY_CALL_H
#define MAY_CALL_H

#include <stdbool.h>
#include <stddef.h>

typedef struct may_call {
    char name[40];
    /* At any time; not inside of a step; if the call fails; if it was given ART_NOW. */
    unsigned always, outside, failing, with_now;
} may_call;

/* Reads them all. Ends the program where there is no header, or where a word in it stands for nothing. */
void may_call_read(const char *path);
/* Those that were read. */
size_t may_call_count(void);
const may_call *may_call_at(size_t index);
/* What this function may call; NULL if the header has none of that name. */
const may_call *may_call_of(const char *name);
/* Prints the words of a set. */
void may_call_print(unsigned kinds);

#endif
