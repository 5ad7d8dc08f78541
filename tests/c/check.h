/*
 * Checks and helpers that need no runtime, so that a test which loads the library itself can use them too. One test is one
 * program; a failed check is printed, and finish() turns it into the exit code.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)
#define CHECK_EQ(seen, wanted) check_equal((long long)(seen), (long long)(wanted), #seen, __FILE__, __LINE__)
#define COUNT(array) (sizeof(array) / sizeof *(array))

void check_true(bool condition, const char *text, const char *file, int line);
void check_equal(long long seen, long long wanted, const char *text, const char *file, int line);
/* What main returns: 0 if every check held. */
int finish(void);

/* Runs `work` on a thread of its own, and waits for it. */
void on_other_thread(void *(*work)(void *), void *argument);

/* Runs `work` in a child process. Its exit code, or 256 + the signal that ended it. */
int in_child(int (*work)(void *), void *argument);

#endif
