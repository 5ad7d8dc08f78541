// Compiled with ACTOR_RT_API_TABLE.
#include "forms_program.hpp"

std::int64_t run_table(const art_api_table* table)
{
    return actor_rt::use_api_table(table) == ART_OK ? run_program() : -4;
}
