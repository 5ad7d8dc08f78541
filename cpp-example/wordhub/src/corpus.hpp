/*
 * Owns: the text that is streamed: the files, and which bytes each connection sends.
 *
 * Invariant: what a connection sends is a fixed list of pieces of memory, so the client, which sends it, and the reference, which
 * counts it, read the very same bytes.
 */
#ifndef WORDHUB_CORPUS_HPP
#define WORDHUB_CORPUS_HPP

#include "options.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wordhub {

/// All bytes of one connection, in order.
using script = std::vector<std::string_view>;

class corpus {
public:
    /// Reads the files. Directories are read to any depth, in the order of their names; what is not a readable regular file
    /// in them, or is empty, is passed over. Throws std::runtime_error if nothing is left.
    explicit corpus(const std::vector<std::string>& paths);

    /// What each streaming connection sends: whole files in turn, cut off at its share of the bytes, some with poison lines
    /// between two files.
    std::vector<script> streams(std::uint64_t bytes, unsigned connections) const;
    /// What each idle connection sends: one line.
    std::vector<script> idlers(unsigned connections) const;

    std::size_t files() const { return texts_.size(); }
    std::uint64_t bytes() const;

private:
    std::vector<std::string> texts_;
};

/// Poison lines in all scripts of a run.
std::uint64_t poison_lines(const std::vector<script>& scripts);

/// Bytes of a script.
std::uint64_t size_of(const script& pieces);

} // namespace wordhub

#endif
