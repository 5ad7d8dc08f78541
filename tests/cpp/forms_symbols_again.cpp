// A second translation unit of the same form: the headers define nothing twice.
#include "forms_program.hpp"

std::int64_t run_symbols_again()
{
    return run_program();
}
