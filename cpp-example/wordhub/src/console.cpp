#include "console.hpp"

#include <cstdio>
#include <unistd.h>
#include <utility>

namespace wordhub {
namespace {

/// Failures that are shown one by one; the rest is counted.
constexpr std::uint64_t shown_failures = 4;

double seconds(std::chrono::nanoseconds time) { return std::chrono::duration<double>(time).count(); }

} // namespace

console::console(loop& events, std::chrono::seconds limit, run_result& result)
    : events_(events), limit_(limit), result_(result), is_terminal_(isatty(STDOUT_FILENO) == 1)
{
}

void console::on_start(actor_rt::context& cx) { cx.after(limit_, out_of_time{}); }

void console::on(actor_rt::context&, const hub_made& message) { hub_ = message.hub; }

void console::on(actor_rt::context&, const wordhub_progress& progress)
{
    const clock::time_point now = clock::now();
    const double elapsed = seconds(now - last_shown_);
    const statistics& host = events_.measured();
    if (elapsed > 0 && !stopped_) {
        std::printf("%s%6.2f s  %8.0f lines/s  %9.0f messages/s  %6.1f MB/s  worst step %5lld us  wakes/steps %llu/%llu  "
                    "%llu sessions%s",
                    is_terminal_ ? "\r" : "", seconds(now - started_),
                    static_cast<double>(progress.lines - last_.lines) / elapsed,
                    static_cast<double>(host.messages - last_messages_) / elapsed,
                    static_cast<double>(progress.bytes - last_.bytes) / elapsed / 1e6,
                    static_cast<long long>(host.worst_step.count() / 1000),
                    static_cast<unsigned long long>(progress.wakes),
                    static_cast<unsigned long long>(host.steps), static_cast<unsigned long long>(progress.sessions),
                    is_terminal_ ? "\033[K" : "\n");
        std::fflush(stdout);
    }
    last_shown_ = now;
    last_ = progress;
    last_messages_ = host.messages;
}

void console::on(actor_rt::context& cx, const summary& message)
{
    const bool first = result_.last_summary.empty();
    result_.last_summary = message.text;
    const clock::time_point now = clock::now();
    if (first || now - last_summary_shown_ >= std::chrono::seconds(2)) {
        last_summary_shown_ = now;
        say("worker thread: " + message.text);
    }
    ask_if_complete(cx);
}

void console::on(actor_rt::context&, const failure& message)
{
    if (++result_.failures <= shown_failures) {
        say(message.text);
    } else if (result_.failures == shown_failures + 1) {
        say("more failures are counted, not shown");
    }
}

void console::on(actor_rt::context& cx, const client_done& message)
{
    if (!message.text.empty()) {
        return finish("the client: " + message.text);
    }
    client_done_ = true;
    ask_if_complete(cx);
}

void console::on(actor_rt::context& cx, const all_closed&)
{
    all_closed_ = true;
    ask_if_complete(cx);
}

void console::on(actor_rt::context&, const out_of_time&)
{
    finish("not done after " + std::to_string(limit_.count()) + " s");
}

void console::ask_if_complete(actor_rt::context& cx)
{
    if (asked_ || !client_done_ || !all_closed_ || result_.last_summary.empty()) {
        return;
    }
    asked_ = true;
    const actor_rt::status asked = cx.ask(hub_, get_report{}, limit_, [this](actor_rt::answer<std::string> answer) {
        if (!answer) {
            return finish(std::string("the hub's report: ") + to_string(answer.outcome()));
        }
        result_.answer = std::move(*answer);
        finish("");
    });
    if (!asked) {
        finish(std::string("the hub's report: ") + asked.text());
    }
}

void console::finish(const std::string& trouble)
{
    if (!stopped_) {
        stopped_ = true;
        result_.trouble = trouble;
        if (is_terminal_) {
            std::printf("\n");
        }
        events_.stop();
    }
}

void console::say(const std::string& text)
{
    std::printf("%s%s\n", is_terminal_ ? "\r\033[K" : "", text.c_str());
    std::fflush(stdout);
}

} // namespace wordhub
