// Compiled with ACTOR_RT_API_TABLE, -fno-exceptions and -fno-rtti.
#include "forms_program.hpp"

std::int64_t run_table_without_exceptions(const art_api_table* table)
{
    return actor_rt::use_api_table(table) == ART_OK ? run_program() : -4;
}
