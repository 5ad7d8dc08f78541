/* The library as a plug-in host gets it: by dlopen, through its table of functions. */
#ifndef LOADED_H
#define LOADED_H

#include "actor_rt.h"
#include "check.h"

#include <dlfcn.h>

/* Loads the file and returns its table; the handle for dlclose goes to `*library`. Ends the test if that fails. */
static inline const art_api_table *load_library(const char *path, void **library)
{
    const art_api_table *(*table)(uint32_t) = NULL;
    void *symbol = NULL;
    *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (*library != NULL) {
        symbol = dlsym(*library, "art_api");
    }
    if (symbol == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    /* ISO C has no cast from an object's pointer to a function's. */
    memcpy(&table, &symbol, sizeof table);
    return table(ART_VERSION);
}

#endif
