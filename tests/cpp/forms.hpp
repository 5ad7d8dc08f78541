/*
 * One actor program, compiled in each of the four forms of the wrapper (see api.hpp) and linked into one program. Each
 * form returns what its actor has counted.
 */
#ifndef ACTOR_RT_TESTS_FORMS_HPP
#define ACTOR_RT_TESTS_FORMS_HPP

#include <cstdint>

struct art_api_table;

std::int64_t run_symbols();
std::int64_t run_symbols_again();
std::int64_t run_symbols_without_exceptions();
std::int64_t run_table(const art_api_table* table);
std::int64_t run_table_without_exceptions(const art_api_table* table);

#endif // ACTOR_RT_TESTS_FORMS_HPP
