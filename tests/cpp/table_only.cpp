// Links nothing of the library: finds it at run time, as a plugin host would.
#define ACTOR_RT_API_TABLE 1
#include "forms_program.hpp"

#include <cstdio>
#include <dlfcn.h>

int main(int count, char** arguments)
{
    void* const library = count == 2 ? dlopen(arguments[1], RTLD_NOW) : nullptr;
    void* const found = library == nullptr ? nullptr : dlsym(library, "art_api");
    if (found == nullptr) {
        std::fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    const auto api = reinterpret_cast<decltype(&art_api)>(found);
    if (actor_rt::use_api_table(api(ART_VERSION)) != ART_OK || run_program() != 1007) {
        return 1;
    }
    std::puts("the wrapper ran over a library that was loaded at run time");
    return 0;
}
