/*
 * Owns: what the command line says.
 */
#ifndef WORDHUB_OPTIONS_HPP
#define WORDHUB_OPTIONS_HPP

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace wordhub {

enum class loop_kind { poll, uv };

struct options {
    loop_kind loop = loop_kind::poll;
    /// Bytes that all streams send together.
    std::uint64_t bytes = 64u << 20;
    /// Connections that stream text.
    unsigned streams = 64;
    /// Connections that send one line and then nothing.
    unsigned idlers = 4;
    /// Silence after which the server ends an idler.
    std::chrono::milliseconds idle{300};
    /// When the whole run is given up; more for more bytes.
    std::chrono::seconds limit{120};
    /// Decides the sizes of the pieces in which the client sends.
    std::uint64_t seed = 1;
    /// Text files and directories of them.
    std::vector<std::string> files;
};

/// Reads the arguments. Throws std::invalid_argument with a sentence for the user.
options parse_options(int argc, const char* const* argv);

/// How to call the program.
extern const char* const usage;

} // namespace wordhub

#endif
