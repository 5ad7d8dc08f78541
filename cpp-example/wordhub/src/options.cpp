#include "options.hpp"

#include <limits>
#include <stdexcept>

namespace wordhub {

const char* const usage =
    "usage: wordhub [--loop poll|uv] [--bytes N] [--streams N] [--seed N] [--quick] [FILE or DIRECTORY ...]\n"
    "\n"
    "Streams text files over real sockets to a server whose logic is Rust actors, counts the words, and compares every\n"
    "count with one made without the runtime. The last line counts the checks; exit code 1 if one failed.\n"
    "\n"
    "  --loop     the loop that runs the actors (default poll)\n"
    "  --bytes    how much to stream, such as 4000000 or 64M (default 64M)\n"
    "  --streams  over how many connections (default 64)\n"
    "  --seed     decides in what pieces the client sends (default 1)\n"
    "  --quick    4M over 16 connections\n"
    "  FILE       default: the licence texts in /usr/share/common-licenses\n";

namespace {

std::uint64_t number(const std::string& option, const std::string& text, std::uint64_t least, std::uint64_t most)
{
    std::size_t end = 0;
    std::uint64_t value = 0;
    try {
        if (text.empty() || text[0] < '0' || text[0] > '9') {
            throw std::invalid_argument(text);
        }
        value = std::stoull(text, &end);
    } catch (const std::exception&) {
        throw std::invalid_argument(option + " takes a number, not '" + text + "'");
    }
    const std::string unit = text.substr(end);
    const unsigned shift = unit == "K" ? 10 : unit == "M" ? 20 : unit == "G" ? 30 : 0;
    if (!unit.empty() && shift == 0) {
        throw std::invalid_argument(option + ": '" + unit + "' is not one of K, M, G");
    }
    if (value > most >> shift || (value << shift) < least) {
        throw std::invalid_argument(option + " takes " + std::to_string(least) + " to " + std::to_string(most));
    }
    return value << shift;
}

} // namespace

options parse_options(int argc, const char* const* argv)
{
    options chosen;
    for (int i = 1; i < argc; ++i) {
        const std::string option = argv[i];
        const auto value = [&]() -> std::string {
            if (i + 1 >= argc) {
                throw std::invalid_argument(option + " takes a value");
            }
            return argv[++i];
        };
        if (option == "--quick") {
            chosen.bytes = 4u << 20;
            chosen.streams = 16;
        } else if (option == "--loop") {
            const std::string name = value();
            if (name != "poll" && name != "uv") {
                throw std::invalid_argument("--loop takes poll or uv, not '" + name + "'");
            }
            chosen.loop = name == "uv" ? loop_kind::uv : loop_kind::poll;
        } else if (option == "--bytes") {
            chosen.bytes = number(option, value(), 1, std::uint64_t(64) << 30);
        } else if (option == "--streams") {
            chosen.streams = static_cast<unsigned>(number(option, value(), 1, 400));
        } else if (option == "--seed") {
            chosen.seed = number(option, value(), 0, std::numeric_limits<std::uint64_t>::max());
        } else if (option.rfind("--", 0) == 0) {
            throw std::invalid_argument("there is no option " + option);
        } else {
            chosen.files.push_back(option);
        }
    }
    constexpr std::uint64_t slowest_per_second = 1u << 20;
    chosen.limit += std::chrono::seconds(chosen.bytes / slowest_per_second);
    if (chosen.files.empty()) {
        chosen.files.emplace_back("/usr/share/common-licenses");
    }
    return chosen;
}

} // namespace wordhub
