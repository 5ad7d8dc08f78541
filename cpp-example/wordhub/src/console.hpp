/*
 * Owns: what the user sees while the actors work, and the end of the run: when the client is done, all connections are closed and
 * the worker thread was heard, the console asks the hub for everything and stops the loop.
 *
 * Invariant: the loop is stopped exactly once, with an answer or with a trouble that says why there is none.
 */
#ifndef WORDHUB_CONSOLE_HPP
#define WORDHUB_CONSOLE_HPP

#include "loop.hpp"
#include "messages.hpp"

#include <chrono>
#include <string>

namespace wordhub {

/// From the program: the hub was made, which is told of the console and so comes after it.
struct hub_made {
    static constexpr std::string_view tag_name = "wordhub.hub_made";
    actor_rt::actor_ref<hub_protocol> hub;
};

/// From the client's thread: it has ended; `text` says what went wrong, if anything.
struct client_done {
    static constexpr std::string_view tag_name = "wordhub.client_done";
    std::string text;
};

/// From the server: every connection was closed.
struct all_closed {
    static constexpr std::string_view tag_name = "wordhub.all_closed";
};

/// From a timer: it takes too long.
struct out_of_time {
    static constexpr std::string_view tag_name = "wordhub.out_of_time";
};

/// What the console has at the end of the run.
struct run_result {
    /// The hub's report, still unread: reading it takes long enough to be seen in a step's time.
    std::string answer;
    std::string trouble;
    std::string last_summary;
    std::uint64_t failures = 0;
};

class console : public actor_rt::actor<console, hub_made, wordhub_progress, summary, failure, client_done, all_closed, out_of_time> {
public:
    console(loop& events, std::chrono::seconds limit, run_result& result);

    void on_start(actor_rt::context& cx);
    void on(actor_rt::context& cx, const hub_made& message);
    void on(actor_rt::context& cx, const wordhub_progress& progress);
    void on(actor_rt::context& cx, const summary& message);
    void on(actor_rt::context& cx, const failure& message);
    void on(actor_rt::context& cx, const client_done& message);
    void on(actor_rt::context& cx, const all_closed& message);
    void on(actor_rt::context& cx, const out_of_time& message);

private:
    using clock = std::chrono::steady_clock;

    void ask_if_complete(actor_rt::context& cx);
    void finish(const std::string& trouble);
    /// Prints a line that stays, clear of the line that is rewritten.
    void say(const std::string& text);

    loop& events_;
    std::chrono::seconds limit_;
    run_result& result_;
    actor_rt::actor_ref<hub_protocol> hub_;
    bool is_terminal_;
    bool client_done_ = false;
    bool all_closed_ = false;
    bool asked_ = false;
    bool stopped_ = false;
    clock::time_point started_ = clock::now();
    clock::time_point last_shown_ = started_;
    clock::time_point last_summary_shown_ = started_;
    wordhub_progress last_ = {};
    std::uint64_t last_messages_ = 0;
};

} // namespace wordhub

template <>
struct actor_rt::codec<wordhub::client_done> : wordhub::text_codec<wordhub::client_done> {};

#endif
