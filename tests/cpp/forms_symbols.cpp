#include "forms_program.hpp"

std::int64_t run_symbols()
{
    return run_program();
}
