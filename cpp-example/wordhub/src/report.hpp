/*
 * Owns: reading the hub's answer to wordhub.report.
 */
#ifndef WORDHUB_REPORT_HPP
#define WORDHUB_REPORT_HPP

#include "tally.hpp"
#include "wordhub_actors.h"

#include <optional>
#include <string_view>

namespace wordhub {

/// Everything that the actors counted.
struct report {
    wordhub_progress progress = {};
    tally counted;
};

/// Reads an answer; none if it is not one, for instance because it ends too early or names a word twice.
std::optional<report> read_report(std::string_view answer);

} // namespace wordhub

#endif
