/*
 * Owns: the verdict: named checks, each of which passed or failed.
 */
#ifndef WORDHUB_CHECKS_HPP
#define WORDHUB_CHECKS_HPP

#include "tally.hpp"

#include <cstdint>
#include <string>

namespace wordhub {

class checks {
public:
    /// Notes and prints one check. `detail` follows its name.
    void note(const std::string& name, bool good, const std::string& detail);
    /// A check that two numbers are the same.
    void same(const std::string& name, std::uint64_t counted, std::uint64_t expected);
    /// A check that every word has the same number; prints the first few that differ.
    void same_words(const tally& counted, const tally& expected);

    unsigned passed() const { return passed_; }
    unsigned failed() const { return failed_; }

private:
    unsigned passed_ = 0;
    unsigned failed_ = 0;
};

} // namespace wordhub

#endif
