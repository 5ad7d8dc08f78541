#include "report.hpp"

#include <cstring>

namespace wordhub {
namespace {

/// Takes values off the front of a payload, which may lie at any address.
class cursor {
public:
    explicit cursor(std::string_view bytes) : at_(bytes.data()), left_(bytes.size()) {}

    template <class Value>
    bool take(Value& value)
    {
        if (left_ < sizeof(Value)) {
            return false;
        }
        std::memcpy(&value, at_, sizeof(Value));
        skip(sizeof(Value));
        return true;
    }

    bool take(std::string& text, std::uint64_t length)
    {
        if (left_ < length) {
            return false;
        }
        text.assign(at_, static_cast<std::size_t>(length));
        skip(static_cast<std::size_t>(length));
        return true;
    }

    bool at_end() const { return left_ == 0; }

private:
    void skip(std::size_t size)
    {
        at_ += size;
        left_ -= size;
    }

    const char* at_;
    std::size_t left_;
};

} // namespace

std::optional<report> read_report(std::string_view answer)
{
    cursor bytes(answer);
    report read;
    std::uint64_t words = 0;
    if (!bytes.take(read.progress) || !bytes.take(words)) {
        return std::nullopt;
    }
    for (std::uint64_t i = 0; i < words; ++i) {
        std::uint64_t number = 0;
        std::uint64_t length = 0;
        std::string word;
        if (!bytes.take(number) || !bytes.take(length) || !bytes.take(word, length)) {
            return std::nullopt;
        }
        if (!read.counted.words.emplace(std::move(word), number).second) {
            return std::nullopt;
        }
    }
    if (!bytes.at_end()) {
        return std::nullopt;
    }
    read.counted.bytes = read.progress.bytes;
    read.counted.lines = read.progress.lines;
    read.counted.poison = read.progress.poison;
    return read;
}

} // namespace wordhub
