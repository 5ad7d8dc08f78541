#include "corpus.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <numeric>
#include <stdexcept>

namespace wordhub {
namespace {

constexpr std::string_view poison("\0POISON\n", 8);
constexpr std::string_view idle_line("One line, and then nothing more.\n");

void read_into(std::vector<std::string>& texts, const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    if (!file || text.empty()) {
        return;
    }
    // So that every file begins with a line's beginning, wherever it is put.
    if (text.back() != '\n') {
        text.push_back('\n');
    }
    texts.push_back(std::move(text));
}

} // namespace

corpus::corpus(const std::vector<std::string>& paths)
{
    namespace fs = std::filesystem;
    for (const std::string& path : paths) {
        if (!fs::is_directory(path)) {
            if (!fs::is_regular_file(path)) {
                throw std::runtime_error(path + " is neither a file nor a directory");
            }
            read_into(texts_, path);
            continue;
        }
        std::vector<fs::path> found;
        const auto options = fs::directory_options::skip_permission_denied;
        for (const auto& entry : fs::recursive_directory_iterator(path, options)) {
            std::error_code ignored;
            if (entry.is_regular_file(ignored)) {
                found.push_back(entry.path());
            }
        }
        std::sort(found.begin(), found.end());
        for (const fs::path& file : found) {
            read_into(texts_, file);
        }
    }
    if (texts_.empty()) {
        throw std::runtime_error("there is no text to stream; name some files");
    }
}

std::uint64_t corpus::bytes() const
{
    return std::accumulate(texts_.begin(), texts_.end(), std::uint64_t(0),
                           [](std::uint64_t sum, const std::string& text) { return sum + text.size(); });
}

std::vector<script> corpus::streams(std::uint64_t bytes, unsigned connections) const
{
    std::vector<script> scripts(connections);
    for (unsigned connection = 0; connection < connections; ++connection) {
        script& pieces = scripts[connection];
        std::uint64_t left = bytes / connections + (connection < bytes % connections ? 1 : 0);
        // Each connection begins with another file, so that they do not all send the same at the same time.
        for (std::size_t at = connection; left > 0; ++at) {
            // Every fifth connection has one before its first file and one behind it.
            if (connection % 5 == 0 && (pieces.empty() || pieces.size() == 2) && left > poison.size()) {
                pieces.push_back(poison);
                left -= poison.size();
            }
            const std::string& text = texts_[at % texts_.size()];
            const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(left, text.size()));
            pieces.push_back(std::string_view(text).substr(0, length));
            left -= length;
        }
    }
    return scripts;
}

std::vector<script> corpus::idlers(unsigned connections) const
{
    return std::vector<script>(connections, script{idle_line});
}

std::uint64_t poison_lines(const std::vector<script>& scripts)
{
    std::uint64_t lines = 0;
    for (const script& pieces : scripts) {
        lines += static_cast<std::uint64_t>(std::count(pieces.begin(), pieces.end(), poison));
    }
    return lines;
}

std::uint64_t size_of(const script& pieces)
{
    return std::accumulate(pieces.begin(), pieces.end(), std::uint64_t(0),
                           [](std::uint64_t sum, std::string_view piece) { return sum + piece.size(); });
}

} // namespace wordhub
