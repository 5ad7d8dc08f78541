/*
 * Owns: a shared library with actors in C++, for a program that loads it at run time: what Python's `Runtime.load_library`
 * calls. Include it before any other header of actor_rt; the library links none.
 *
 *     #include <actor_rt/library.hpp>
 *
 *     static actor_rt::actor_ref<> make(actor_rt::guest& host, const actor_rt::wanted_actor& wanted)
 *     {
 *         if (wanted.kind == "counter") {
 *             return host.spawn<counter>();
 *         }
 *         return {}; // no such kind
 *     }
 *     ACTOR_RT_LIBRARY(make)
 *
 * The contract is that of library.h. What the function throws is the caller's failure, with its text.
 */
#ifndef ACTOR_RT_LIBRARY_HPP
#define ACTOR_RT_LIBRARY_HPP

#if defined(ACTOR_RT_API_HPP) && !defined(ACTOR_RT_API_TABLE)
#error "include actor_rt/library.hpp before any other header of actor_rt: a library calls through its host's table"
#endif
#ifndef ACTOR_RT_API_TABLE
#define ACTOR_RT_API_TABLE 1
#endif

#include "library.h"

#include "guest.hpp"

#include <optional>
#include <string_view>

ACTOR_RT_BEGIN_NAMESPACE

/// What the caller wants. A view: valid for the call.
struct wanted_actor {
    std::string_view kind;
    const void* data;
    std::size_t size;

    /// What the caller has for the actor, as a value; nothing if those are other bytes.
    template <class Value>
    std::optional<Value> argument() const
    {
        std::optional<Value> read;
        detail::with_value<Value>(data, size, [&read](Value& value) { read.emplace(std::move(value)); });
        return read;
    }
};

namespace detail {
/// Where the caller wants to read why there is no actor.
struct reason {
    char* text;
    std::size_t size;

    void say(const char* what) const noexcept
    {
        if (text != nullptr && size != 0) {
            (void)std::snprintf(text, size, "%s", what);
        }
    }
};

template <class Make>
art_status spawn_wanted(const art_api_table* api, art_runtime* rt, const wanted_actor& wanted, art_actor* out, reason why,
                        Make make) noexcept
{
    status result(take_table(api));
    if (!result.ok()) {
        return result.code();
    }
#ifndef ACTOR_RT_NO_EXCEPTIONS
    try {
#endif
        guest host(rt, result);
        if (result.ok()) {
            const actor_ref<> made = make(host, wanted);
            *out = made.id();
            result = status(made.id() == 0 ? ART_NOT_FOUND : ART_OK);
        }
#ifndef ACTOR_RT_NO_EXCEPTIONS
    } catch (const error& thrown) {
        why.say(thrown.what());
        result = thrown.status();
    } catch (const std::exception& thrown) {
        why.say(thrown.what());
        result = status(ART_FAILED);
    } catch (...) {
        result = status(ART_FAILED);
    }
#else
    (void)why;
#endif
    return result.code();
}
} // namespace detail

ACTOR_RT_END_NAMESPACE

/// Exports the library's one function, by a function `actor_ref<>(guest&, const wanted_actor&)`. Once in a library, at the
/// top level.
#define ACTOR_RT_LIBRARY(make)                                                                                                \
    ART_LIBRARY_EXPORT art_status actor_rt_spawn(const art_api_table* api, art_runtime* rt, const char* kind, size_t kind_len,\
                                                 const void* argument, size_t argument_len, art_actor* out, char* error,      \
                                                 size_t error_size)                                                           \
    {                                                                                                                         \
        const actor_rt::wanted_actor wanted{{kind, kind_len}, argument, argument_len};                                        \
        return actor_rt::detail::spawn_wanted(api, rt, wanted, out, {error, error_size}, make);                               \
    }                                                                                                                         \
    static_assert(true)

#endif // ACTOR_RT_LIBRARY_HPP
