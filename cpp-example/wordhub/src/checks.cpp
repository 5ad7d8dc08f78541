#include "checks.hpp"

#include <cstdio>

namespace wordhub {

void checks::note(const std::string& name, bool good, const std::string& detail)
{
    ++(good ? passed_ : failed_);
    std::printf("%s  %-28s %s\n", good ? "ok    " : "FAILED", name.c_str(), detail.c_str());
}

void checks::same(const std::string& name, std::uint64_t counted, std::uint64_t expected)
{
    const bool good = counted == expected;
    note(name, good, std::to_string(counted) + (good ? "" : ", expected " + std::to_string(expected)));
}

void checks::same_words(const tally& counted, const tally& expected)
{
    constexpr unsigned most_shown = 10;
    std::uint64_t differences = 0;
    const auto differs = [&differences](const std::string& word, std::uint64_t is, std::uint64_t should_be) {
        if (differences++ < most_shown) {
            std::printf("        %.60s: %llu, expected %llu\n", word.c_str(), static_cast<unsigned long long>(is),
                        static_cast<unsigned long long>(should_be));
        }
    };
    std::uint64_t total = 0;
    for (const auto& [word, number] : expected.words) {
        total += number;
        const auto found = counted.words.find(word);
        const std::uint64_t is = found == counted.words.end() ? 0 : found->second;
        if (is != number) {
            differs(word, is, number);
        }
    }
    for (const auto& [word, number] : counted.words) {
        if (expected.words.count(word) == 0) {
            differs(word, number, 0);
        }
    }
    note("count of every word", differences == 0,
         differences == 0 ? std::to_string(total) + " words" : std::to_string(differences) + " words differ");
}

} // namespace wordhub
