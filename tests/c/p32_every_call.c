/* The table of every call misses no function that the header has for the owner thread, and each of them refuses NULL. */
#include "every_call.h"

#include <ctype.h>

/* Names of functions, as they are found in a file. */
typedef struct names {
    char name[256][40];
    size_t count, owned; /* all, and those for the owner thread */
    bool owner[256];
} names;

static names header, symbols;

static const every_call *call_named(const char *name)
{
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        if (is_call(&every_calls[index], name)) {
            return &every_calls[index];
        }
    }
    return NULL;
}

static bool has(const names *all, const char *name)
{
    for (size_t index = 0; index < all->count; index++) {
        if (strcmp(all->name[index], name) == 0) {
            return true;
        }
    }
    return false;
}

static void add(names *all, const char *name, size_t len, bool owner)
{
    if (all->count == COUNT(all->name) || len >= sizeof all->name[0]) {
        fprintf(stderr, "no room for %.*s\n", (int)len, name);
        exit(1);
    }
    memcpy(all->name[all->count], name, len);
    all->name[all->count][len] = '\0';
    all->owner[all->count++] = owner;
    all->owned += owner;
}

static FILE *open_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    return file;
}

/* Each function is declared by a line that begins with ART_API, after a comment that names its thread. */
static void read_header(const char *path)
{
    FILE *file = open_file(path);
    char line[256];
    bool owner = false, told = false;
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, " * Thread: ", 11) == 0) {
            owner = strncmp(line + 11, "owner", 5) == 0;
            told = owner || strncmp(line + 11, "any", 3) == 0;
        } else if (strncmp(line, "ART_API ", 8) == 0) {
            const char *end = strchr(line, '('), *begin = end;
            while (begin != NULL && begin > line && (isalnum((unsigned char)begin[-1]) || begin[-1] == '_')) {
                --begin;
            }
            CHECK(told && begin != NULL);
            add(&header, begin, (size_t)(end - begin), owner);
            told = false;
        }
    }
    fclose(file);
}

/* The first word of each line is an exported function. */
static void read_symbols(const char *path)
{
    FILE *file = open_file(path);
    char line[256];
    while (fgets(line, sizeof line, file) != NULL) {
        if (line[0] != '#' && line[0] != '\n') {
            add(&symbols, line, strcspn(line, " \n"), false);
        }
    }
    fclose(file);
}

static void the_table_misses_none(void)
{
    CHECK(header.count > 0);
    CHECK_EQ(header.count, symbols.count);
    for (size_t index = 0; index < header.count; index++) {
        if (!has(&symbols, header.name[index])) {
            check_true(false, header.name[index], "symbols.txt", 0);
        }
        if (header.owner[index] && call_named(header.name[index]) == NULL) {
            check_true(false, header.name[index], "every_call.h", 0);
        }
    }
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        CHECK(has(&header, every_calls[index].name));
    }
    /* Adoption is for any thread, and still it is a call to the runtime. */
    CHECK(call_named("art_adopt_thread") != NULL);
    CHECK_EQ(COUNT(every_calls), header.owned + 1);
    CHECK(is_call(&every_calls[COUNT(every_calls) - 1], "art_destroy"));
}

static void null_is_refused(void)
{
    every_call_place nowhere = {0};
    nowhere.api = art_api(ART_VERSION);
    for (size_t index = 0; index < COUNT(every_calls); index++) {
        const every_call *one = &every_calls[index];
        call_answers(one, &nowhere, is_call(one, "art_destroy") ? ART_OK : ART_NULL_POINTER);
    }
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        return 2;
    }
    read_header(argv[1]);
    read_symbols(argv[2]);
    the_table_misses_none();
    null_is_refused();
    return finish();
}
