#include "may_call.h"

#include "every_call.h"

#include <ctype.h>

typedef struct word {
    const char *text;
    unsigned kind;
} word;

/* As the header calls them. */
static const word words[] = {
    {"wake", EVERY_CALL_WAKE},
    {"clock", EVERY_CALL_CLOCK},
    {"log", EVERY_CALL_LOG},
    {"wake_drop", EVERY_CALL_WAKE_DROP},
    {"handlers", EVERY_CALL_HANDLERS},
    {"on_stop", EVERY_CALL_ON_STOP},
    {"destroy", EVERY_CALL_DESTROYS},
    {"notify", EVERY_CALL_NOTIFY},
    {"drop", EVERY_CALL_DROPS},
    {"others' drops", EVERY_CALL_OTHER_DROPS},
    {"argument_drop", EVERY_CALL_ARGUMENT_DROP},
    {"user_drop", EVERY_CALL_USER_DROP},
    {"told", EVERY_CALL_TOLD},
    {"calls", EVERY_CALL_HOST_CALLS},
    {"nothing", 0},
};

static may_call all[320];
static size_t count;

size_t may_call_count(void)
{
    return count;
}

const may_call *may_call_at(size_t index)
{
    return &all[index];
}

const may_call *may_call_of(const char *name)
{
    for (size_t index = 0; index < count; index++) {
        if (strcmp(all[index].name, name) == 0) {
            return &all[index];
        }
    }
    return NULL;
}

void may_call_print(unsigned kinds)
{
    for (size_t index = 0; index < COUNT(words); index++) {
        if ((words[index].kind & kinds) != 0) {
            fprintf(stderr, " %s", words[index].text);
        }
    }
}

static void refuse(const char *name, const char *clause)
{
    fprintf(stderr, "%s: nobody knows what it may call by \"%s\"\n", name, clause);
    exit(1);
}

static bool ends_with(const char *text, const char *end)
{
    size_t len = strlen(text), last = strlen(end);
    return len >= last && strcmp(text + len - last, end) == 0;
}

/* The kinds that are named in a clause; `found` says whether there is any. "The drop of" something is that of another call's payload. */
static unsigned kinds_in(const char *clause, bool *found)
{
    unsigned kinds = 0;
    *found = false;
    for (const char *at = clause; *at != '\0';) {
        size_t len = 0;
        while (isalnum((unsigned char)at[len]) || at[len] == '_') {
            len++;
        }
        for (size_t index = 0; index < COUNT(words); index++) {
            if (strlen(words[index].text) == len && strncmp(words[index].text, at, len) == 0) {
                bool others = words[index].kind == EVERY_CALL_DROPS && strncmp(at, "drop of ", 8) == 0;
                kinds |= others ? EVERY_CALL_OTHER_DROPS : words[index].kind;
                *found = true;
            }
        }
        at += len > 0 ? len : 1;
    }
    return kinds;
}

/* One clause: kinds, and when they may run. */
static void read_clause(may_call *of, const char *clause)
{
    const char *other = strstr(clause, "as `");
    bool found = false;
    unsigned kinds = kinds_in(clause, &found);
    if (!found) {
        refuse(of->name, clause);
    }
    if (other != NULL) {
        char name[40] = "";
        other += 4;
        size_t len = strcspn(other, "`");
        memcpy(name, other, len < sizeof name ? len : 0);
        const may_call *same = may_call_of(name);
        if (same == NULL) {
            refuse(of->name, clause);
        } else {
            of->always |= same->always & kinds;
            of->outside |= same->outside & kinds;
            of->failing |= same->failing & kinds;
        }
    } else if (strstr(clause, "outside of a step") != NULL) {
        of->outside |= kinds;
    } else if (ends_with(clause, " on failure") || ends_with(clause, " on failures other than ART_FULL")) {
        of->failing |= kinds;
    } else if (ends_with(clause, " with ART_NOW")) {
        of->with_now |= kinds;
    } else {
        of->always |= kinds;
    }
}

/* What stands in a function's comment behind `May call:`, up to the end of the sentence. */
static void read_tag(may_call *of, const char *comment)
{
    const char *tag = strstr(comment, "May call: ");
    char text[512] = "";
    if (tag == NULL) {
        refuse(of->name, comment);
    } else {
        tag += strlen("May call: ");
        size_t len = strcspn(tag, ".");
        memcpy(text, tag, len < sizeof text ? len : 0);
        for (char *clause = strtok(text, ";"); clause != NULL; clause = strtok(NULL, ";")) {
            read_clause(of, clause);
        }
    }
}

void may_call_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char line[256], comment[16384] = "";
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    while (fgets(line, sizeof line, file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "/**", 3) == 0) {
            comment[0] = '\0';
        } else if (strncmp(line, " * ", 3) == 0 && strlen(comment) + strlen(line) < sizeof comment) {
            /* With the space behind the star, which separates the lines. */
            strcat(comment, line + 2);
        } else if (strncmp(line, "ART_API ", 8) == 0) {
            const char *end = strchr(line, '('), *begin = end;
            while (begin != NULL && begin > line && (isalnum((unsigned char)begin[-1]) || begin[-1] == '_')) {
                --begin;
            }
            if (begin == NULL || (size_t)(end - begin) >= sizeof all[0].name || count == COUNT(all)) {
                refuse("no room", line);
            } else {
                memcpy(all[count].name, begin, (size_t)(end - begin));
                read_tag(&all[count++], comment);
            }
        }
    }
    fclose(file);
}
