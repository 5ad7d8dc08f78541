// Compiled with -fno-exceptions -fno-rtti.
#include "forms_program.hpp"

std::int64_t run_symbols_without_exceptions()
{
    return run_program();
}
