/*
 * Owns: what a count of words comes to. Both the actors' and the reference's result have this form.
 */
#ifndef WORDHUB_TALLY_HPP
#define WORDHUB_TALLY_HPP

#include <cstdint>
#include <string>
#include <unordered_map>

namespace wordhub {

struct tally {
    /// All bytes, newlines and poison lines included.
    std::uint64_t bytes = 0;
    /// Lines, without poison lines.
    std::uint64_t lines = 0;
    /// Poison lines.
    std::uint64_t poison = 0;
    /// How often each word came, in lower case.
    std::unordered_map<std::string, std::uint64_t> words;
};

} // namespace wordhub

#endif
