// The wrapper in all its forms inside one program.
#include "forms.hpp"

#include "check.hpp"

TEST(two_translation_units_of_one_form_link_and_agree)
{
    CHECK(run_symbols() == 1007);
    CHECK(run_symbols_again() == 1007);
}

TEST(the_wrapper_works_without_exceptions_and_rtti)
{
    CHECK(run_symbols_without_exceptions() == 1007);
}

TEST(the_wrapper_works_over_the_table_alone)
{
    CHECK(run_table(art_api(ART_VERSION)) == 1007);
    CHECK(run_table_without_exceptions(art_api(ART_VERSION)) == 1007);
}

TEST(a_table_that_is_missing_or_too_short_is_refused)
{
    CHECK(run_table(nullptr) == -4);
    art_api_table shorter = *art_api(ART_VERSION);
    shorter.struct_size -= static_cast<std::uint32_t>(sizeof(void*));
    CHECK(run_table(&shorter) == -4);
}
