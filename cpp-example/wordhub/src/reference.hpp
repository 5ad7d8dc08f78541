/*
 * Owns: the independent count: the same rules as the actors', written a second time, without the runtime, sockets, threads or a line
 * of Rust.
 *
 * The rules: a line ends at a newline or after 65536 bytes, or where the connection's bytes end; a line that is NUL and "POISON" is
 * poison and not counted; a word is a longest run of ASCII letters, digits and bytes above 127, in lower case.
 */
#ifndef WORDHUB_REFERENCE_HPP
#define WORDHUB_REFERENCE_HPP

#include "corpus.hpp"
#include "tally.hpp"

namespace wordhub {

/// Counts what one connection sends.
void count(const script& pieces, tally& into);

} // namespace wordhub

#endif
