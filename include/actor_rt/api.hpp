/*
 * Owns: how the wrapper reaches the library, and which form of the wrapper a translation unit gets.
 *
 * Every call of the library goes through ACTOR_RT_CALL, so the wrapper works in two ways:
 *   - over symbols (default): the program links actor_rt;
 *   - over a table: with ACTOR_RT_API_TABLE defined the program links nothing, finds `art_api` at run time (dlsym), and
 *     hands its result to `actor_rt::use_api_table` before anything else.
 *
 * ACTOR_RT_NO_EXCEPTIONS (implied by -fno-exceptions) builds the wrapper without try and throw: where a function is
 * documented to throw it ends the process, as the standard library does then; its twin does not, see error.hpp.
 *
 * Invariant: the four forms live in four inline namespaces. Translation units of different forms can be linked into one
 * program; handing an object from one form to another is a link error, never a silent difference.
 */
#ifndef ACTOR_RT_API_HPP
#define ACTOR_RT_API_HPP

#if defined(_MSVC_LANG) ? _MSVC_LANG < 201703L : __cplusplus < 201703L
#error "the C++ headers of actor_rt need C++17 (-std=c++17); actor_rt.h alone does with C++98"
#endif

#include "../actor_rt.h"

#include <cstdint>
#include <cstdlib>

#if !defined(ACTOR_RT_NO_EXCEPTIONS) && !defined(__cpp_exceptions)
#define ACTOR_RT_NO_EXCEPTIONS 1
#endif

#if defined(ACTOR_RT_API_TABLE) && defined(ACTOR_RT_NO_EXCEPTIONS)
#define ACTOR_RT_FORM table_without_exceptions
#elif defined(ACTOR_RT_API_TABLE)
#define ACTOR_RT_FORM table
#elif defined(ACTOR_RT_NO_EXCEPTIONS)
#define ACTOR_RT_FORM symbols_without_exceptions
#else
#define ACTOR_RT_FORM symbols
#endif

/// What runs rarely and is not to make its callers slower.
#if defined(__GNUC__)
#define ACTOR_RT_COLD __attribute__((noinline, cold))
#elif defined(_MSC_VER)
#define ACTOR_RT_COLD __declspec(noinline)
#else
#define ACTOR_RT_COLD
#endif

/// In front of functions that have statics: over a table each library has its own. C++ makes the statics of an inline function
/// one in a process, and so libraries that are loaded beside each other would share them, and their actors of equal name.
#if defined(ACTOR_RT_API_TABLE) && defined(__GNUC__)
#define ACTOR_RT_OWN __attribute__((visibility("hidden")))
#else
#define ACTOR_RT_OWN
#endif

#define ACTOR_RT_BEGIN_NAMESPACE \
    namespace actor_rt {         \
    inline namespace ACTOR_RT_FORM {
#define ACTOR_RT_END_NAMESPACE \
    }                          \
    }

#ifdef ACTOR_RT_API_TABLE

ACTOR_RT_BEGIN_NAMESPACE
namespace detail {
ACTOR_RT_OWN inline const art_api_table*& table_slot() noexcept
{
    static const art_api_table* table = nullptr;
    return table;
}

inline const art_api_table& api() noexcept
{
    const art_api_table* const table = table_slot();
    if (table == nullptr) {
        std::abort(); // A call before use_api_table: there is no library to answer with an error.
    }
    return *table;
}
} // namespace detail

/// Takes the table that `art_api(ART_VERSION)` of the loaded library has returned. Call it once, before anything else of
/// this header and before other threads use it. Returns ART_OK; ART_VERSION_MISMATCH, with nothing changed, if `table`
/// is null, of another ABI generation, or lacks a function that this header knows.
inline art_status use_api_table(const art_api_table* table) noexcept
{
    if (table == nullptr || table->abi_version != ART_ABI_VERSION || table->struct_size < sizeof(art_api_table)) {
        return ART_VERSION_MISMATCH;
    }
    detail::table_slot() = table;
    return ART_OK;
}

namespace detail {
/// Takes the table of a host for as long as this code is loaded: from then on only one of the same copy of the library fits.
inline art_status take_table(const art_api_table* table) noexcept
{
    if (table_slot() != nullptr && table != nullptr) {
        // Each copy has functions of its own; the table itself may have been copied.
        return table_slot()->create == table->create ? ART_OK : ART_VERSION_MISMATCH;
    }
    return use_api_table(table);
}
} // namespace detail
ACTOR_RT_END_NAMESPACE

#define ACTOR_RT_CALL(function) (::actor_rt::detail::api().function)

#else

#define ACTOR_RT_CALL(function) (::art_##function)

#endif

ACTOR_RT_BEGIN_NAMESPACE
/// The version of the loaded library in the form of ART_VERSION, which is that of this header.
inline std::uint32_t library_version() noexcept { return ACTOR_RT_CALL(version)(); }
/// How the loaded library was built, ART_BUILD_... bits: with ART_BUILD_PANIC_ABORT a panic in Rust code ends the process. 0 is the usual way.
inline std::uint32_t library_build_flags() noexcept { return ACTOR_RT_CALL(build_flags)(); }
ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_API_HPP
