/*
 * Owns: `status`, the value that a call returns, and `error`, the exception that carries one.
 *
 * Rule of the wrapper: a call that can fail in the normal course of a program (posting to an actor that has ended)
 * returns a `status`; a call whose failure is a mistake or a lack of resources (making a runtime, spawning) throws
 * `error`, and has a twin that does not: `try_spawn(status&, …)` for a function that makes something, which is empty then,
 * `try_step` for one that does something, for a constructor one with a `status&` as its last parameter. The hosts of the
 * adapters have none; nor has `answer::value`, as `if (answer)` comes first, or `context::reply`, as there is `reply_to`.
 */
#ifndef ACTOR_RT_ERROR_HPP
#define ACTOR_RT_ERROR_HPP

#include "api.hpp"

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

ACTOR_RT_BEGIN_NAMESPACE

/// The category of the codes of `art_status`, for `std::error_code`.
ACTOR_RT_OWN inline const std::error_category& status_category() noexcept
{
    class category final : public std::error_category {
    public:
        const char* name() const noexcept override { return "actor_rt"; }
        std::string message(int code) const override { return ACTOR_RT_CALL(status_text)(code); }
        /// For those that have a counterpart among the system's errors, that one.
        std::error_condition default_error_condition(int code) const noexcept override
        {
            const int usual = code == ART_INVALID_ARGUMENT ? EINVAL
                              : code == ART_BUSY           ? EBUSY
                              : code == ART_UNSUPPORTED    ? ENOTSUP
                              : code == ART_NO_MEMORY      ? ENOMEM
                              : code == ART_WOULD_DEADLOCK ? EDEADLK
                                                           : 0;
            return usual == 0 ? std::error_condition(code, *this) : std::error_condition(usual, std::generic_category());
        }
    };
    static const category instance;
    return instance;
}

/// What a call of the library returned: ART_OK or a negative code. Cheap to pass by value; converts to
/// `std::error_code`.
class status {
public:
    constexpr status() noexcept = default;
    constexpr explicit status(art_status code) noexcept : code_(code) {}

    /// True if the call succeeded.
    constexpr bool ok() const noexcept { return code_ >= 0; }
    constexpr explicit operator bool() const noexcept { return ok(); }
    /// The code, ART_OK or one of its negative siblings.
    constexpr art_status code() const noexcept { return code_; }
    /// One line of English for the code; static.
    const char* text() const noexcept { return ACTOR_RT_CALL(status_text)(code_); }

    operator std::error_code() const noexcept { return std::error_code(code_, status_category()); }

    friend constexpr bool operator==(status left, status right) noexcept { return left.code_ == right.code_; }
    friend constexpr bool operator!=(status left, status right) noexcept { return left.code_ != right.code_; }
    friend constexpr bool operator==(status left, art_status right) noexcept { return left.code_ == right; }
    friend constexpr bool operator!=(status left, art_status right) noexcept { return left.code_ != right; }

private:
    art_status code_ = ART_OK;
};

/// A failed call, with its status as `code()` and the library's own explanation in `what()`.
class error : public std::system_error {
public:
    error(actor_rt::status code, const std::string& explanation)
        : std::system_error(code.code(), status_category(), explanation)
    {
    }
    explicit error(actor_rt::status code) : std::system_error(code.code(), status_category()) {}

    /// The status that the call returned.
    actor_rt::status status() const noexcept { return actor_rt::status(code().value()); }
};

namespace detail {
[[noreturn]] inline void raise(status code, const std::string& explanation)
{
#ifdef ACTOR_RT_NO_EXCEPTIONS
    (void)code;
    (void)explanation;
    std::abort();
#else
    throw explanation.empty() ? error(code) : error(code, explanation);
#endif
}

/// The text that `read(buffer, size, &length)` copies, with room for a NUL behind it; empty if it is refused.
template <class Read>
std::string text(Read&& read)
{
    std::size_t length = 0;
    if (read(static_cast<char*>(nullptr), std::size_t(0), &length) < 0 || length == 0) {
        return {};
    }
    std::string copied(length + 1, '\0');
    if (read(copied.data(), copied.size(), &length) < 0) {
        return {};
    }
    copied.resize(length);
    return copied;
}

/// The library's words about the last failed call on a runtime; empty if it has none.
inline std::string last_message(art_runtime* rt)
{
    return text([rt](char* to, std::size_t size, std::size_t* length) { return ACTOR_RT_CALL(last_message)(rt, to, size, length); });
}

inline void check(status code, art_runtime* rt)
{
    if (!code.ok()) {
        raise(code, last_message(rt));
    }
}
} // namespace detail

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_ERROR_HPP
