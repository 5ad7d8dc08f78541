#include "reference.hpp"

namespace wordhub {
namespace {

constexpr std::size_t longest_line = 65536;

/// Reads a connection byte by byte and keeps the words of the current line until it is known that it is not poison.
class reader {
public:
    explicit reader(tally& into) : into_(into) {}

    void byte(char c)
    {
        ++into_.bytes;
        // A line of the greatest length may still be followed by its newline; any other byte begins the next line.
        if (line_.size() == longest_line && c != '\n') {
            end_line();
        }
        if (c == '\n') {
            end_line();
        } else {
            line_.push_back(c);
        }
    }

    void end()
    {
        if (!line_.empty()) {
            end_line();
        }
    }

private:
    void end_line()
    {
        if (line_ == std::string_view("\0POISON", 7)) {
            ++into_.poison;
        } else {
            ++into_.lines;
            count_words();
        }
        line_.clear();
    }

    void count_words()
    {
        std::string word;
        for (char c : line_) {
            if (c >= 'A' && c <= 'Z') {
                c = static_cast<char>(c - 'A' + 'a');
            }
            if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || static_cast<unsigned char>(c) > 127) {
                word.push_back(c);
            } else if (!word.empty()) {
                ++into_.words[word];
                word.clear();
            }
        }
        if (!word.empty()) {
            ++into_.words[word];
        }
    }

    tally& into_;
    std::string line_;
};

} // namespace

void count(const script& pieces, tally& into)
{
    reader bytes(into);
    for (const std::string_view piece : pieces) {
        for (const char c : piece) {
            bytes.byte(c);
        }
    }
    bytes.end();
}

} // namespace wordhub
