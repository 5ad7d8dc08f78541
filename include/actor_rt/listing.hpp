/*
 * Owns: how lists of unknown length are read from the C functions.
 */
#ifndef ACTOR_RT_LISTING_HPP
#define ACTOR_RT_LISTING_HPP

#include "../actor_rt.hpp"

#include <vector>

ACTOR_RT_BEGIN_NAMESPACE

namespace detail {
/// What `read(ids, capacity, &count)` lists; empty if it is refused.
template <class Actor, class Read>
std::vector<actor_ref<Actor>> ids(Read&& read)
{
    std::vector<art_actor> found;
    std::size_t count = 0;
    status result(read(static_cast<art_actor*>(nullptr), std::size_t(0), &count));
    if (result.ok() && count != 0) {
        found.resize(count);
        result = status(read(found.data(), found.size(), &count));
    }
    std::vector<actor_ref<Actor>> refs;
    if (result.ok()) {
        refs.reserve(found.size());
        for (const art_actor id : found) {
            refs.emplace_back(id);
        }
    }
    return refs;
}

/// The names in a text in which each ends with a NUL.
inline std::vector<std::string> names_in(const std::string& text)
{
    std::vector<std::string> names;
    for (std::size_t from = 0; from < text.size();) {
        const std::size_t end = text.find('\0', from);
        names.push_back(text.substr(from, end - from));
        from = end == std::string::npos ? text.size() : end + 1;
    }
    return names;
}
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_LISTING_HPP
