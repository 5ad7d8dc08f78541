/* The table of functions is there for a caller that is as old as the library or older; a newer one gets NULL. */
#include "fake_host.h"

int main(void)
{
    static const uint32_t too_new[] = {ART_VERSION + 1, ART_VERSION + 1000, (ART_VERSION_MAJOR + 1) * 1000000, UINT32_MAX};
    const art_api_table *table = art_api(ART_VERSION);
    CHECK_EQ(art_version(), ART_VERSION);
    CHECK(table != NULL);
    CHECK(art_api(0) == table);
    CHECK(art_api(ART_VERSION - 1) == table);
    for (size_t index = 0; index < COUNT(too_new); index++) {
        CHECK(art_api(too_new[index]) == NULL);
    }

    /* It is as long as the header says, has every function, and they are those of the symbols. */
    CHECK_EQ(table->struct_size, sizeof(art_api_table));
    CHECK_EQ(table->abi_version, ART_ABI_VERSION);
    CHECK_EQ(table->version(), ART_VERSION);
    const char *functions = (const char *)table + offsetof(art_api_table, version);
    for (; functions < (const char *)(table + 1); functions += sizeof table->version) {
        void (*function)(void) = NULL;
        memcpy(&function, functions, sizeof function);
        CHECK(function != NULL);
    }
    CHECK(table->create == art_create);
    CHECK(table->step == art_step);
    CHECK(table->poll_unref == art_poll_unref);
    CHECK(table->locate == art_locate);
    return finish();
}
