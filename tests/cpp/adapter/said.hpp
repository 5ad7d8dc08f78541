/*
 * What a program without a log is told: hears standard error, for the adapters that say there what nobody listens for.
 */
#ifndef ACTOR_RT_TESTS_ADAPTER_SAID_HPP
#define ACTOR_RT_TESTS_ADAPTER_SAID_HPP

#include "../check.hpp"

#include <unistd.h>

namespace adapter {
/// What the code writes to standard error.
template <class Code>
std::string said(Code code)
{
    std::FILE* const file = std::tmpfile();
    const int before = dup(STDERR_FILENO);
    CHECK(file != nullptr && before >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    code();
    std::fflush(stderr);
    CHECK(dup2(before, STDERR_FILENO) >= 0);
    close(before);
    std::string text(static_cast<std::size_t>(lseek(fileno(file), 0, SEEK_END)), '\0');
    CHECK(pread(fileno(file), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    std::fclose(file);
    return text;
}
} // namespace adapter

#endif // ACTOR_RT_TESTS_ADAPTER_SAID_HPP
