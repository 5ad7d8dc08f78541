/*
 * Owns: the messages of wordhub_actors.h as C++ types.
 */
#ifndef WORDHUB_MESSAGES_HPP
#define WORDHUB_MESSAGES_HPP

#include "actor_rt.hpp"
#include "wordhub_actors.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wordhub {

struct open_session {
    static constexpr std::string_view tag_name = "wordhub.open";
    std::uint64_t connection;
    std::uint64_t idle_ns;
};

struct end_of_stream {
    static constexpr std::string_view tag_name = "wordhub.end";
};

/// What was read from a peer. It goes out as plain bytes, so only its tag is needed.
inline constexpr std::uint64_t bytes_tag = actor_rt::tag_of_name("wordhub.bytes");

struct session_opened {
    static constexpr std::string_view tag_name = "wordhub.opened";
    std::uint64_t connection;
    art_actor session;
};

struct credit {
    static constexpr std::string_view tag_name = "wordhub.credit";
    std::uint64_t connection;
    std::uint64_t bytes;
};

struct session_closed {
    static constexpr std::string_view tag_name = "wordhub.closed";
    std::uint64_t connection;
    std::uint64_t reason;
};

struct summary {
    static constexpr std::string_view tag_name = "wordhub.summary";
    std::string text;
};

struct failure {
    static constexpr std::string_view tag_name = "wordhub.failure";
    std::string text;
};

/// An ask for everything that was counted.
struct get_report {
    static constexpr std::string_view tag_name = "wordhub.report";
    using reply_type = std::string; // See read_report.
};

/// What the Rust hub and its sessions take.
using hub_protocol = actor_rt::protocol<open_session, get_report>;
using session_protocol = actor_rt::protocol<end_of_stream>;

/// A message that is nothing but text.
template <class Message>
struct text_codec {
    static std::string_view encode(const Message& message) noexcept { return message.text; }
    static std::optional<Message> decode(const void* data, std::size_t size)
    {
        return Message{size == 0 ? std::string() : std::string(static_cast<const char*>(data), size)};
    }
};

} // namespace wordhub

ACTOR_RT_MESSAGE(wordhub_progress, "wordhub.progress");

template <>
struct actor_rt::codec<wordhub::summary> : wordhub::text_codec<wordhub::summary> {};

template <>
struct actor_rt::codec<wordhub::failure> : wordhub::text_codec<wordhub::failure> {};

#endif
