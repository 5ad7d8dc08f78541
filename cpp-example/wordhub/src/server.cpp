#include "server.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace wordhub {

server::~server()
{
    for (const auto& [fd, listener] : listeners_) {
        events_.forget(fd);
    }
    for (const auto& [number, one] : connections_) {
        events_.forget(one.peer.fd());
    }
}

std::uint16_t server::listen(actor_rt::actor_ref<hub_protocol> hub, std::chrono::nanoseconds idle)
{
    socket made = listen_on_loopback();
    const int fd = made.fd();
    const std::uint16_t port = port_of(made);
    const socket& listener = listeners_.emplace(fd, std::move(made)).first->second;
    events_.watch(fd, [this, &listener, hub, idle] { accept_all(listener, hub, idle); });
    return port;
}

void server::when_closed(std::uint64_t connections, std::function<void()> all_closed)
{
    expected_ = connections;
    all_closed_ = std::move(all_closed);
}

void server::accept_all(const socket& listener, actor_rt::actor_ref<hub_protocol> hub, std::chrono::nanoseconds idle)
{
    while (std::optional<socket> peer = accept_from(listener)) {
        const std::uint64_t number = next_number_++;
        connections_[number].peer = std::move(*peer);
        const auto idle_ns = static_cast<std::uint64_t>(idle.count());
        if (!events_.runtime().post(hub, open_session{number, idle_ns})) {
            throw std::runtime_error("the hub is gone");
        }
    }
}

void server::opened(const session_opened& message)
{
    const auto found = connections_.find(message.connection);
    if (found == connections_.end()) {
        return;
    }
    found->second.session = actor_rt::actor_ref<session_protocol>(message.session);
    events_.watch(found->second.peer.fd(), [this, number = message.connection] { read_from(number); });
}

/// One read a round, so that no peer keeps the loop from the others.
void server::read_from(std::uint64_t number)
{
    connection& from = connections_.at(number);
    std::size_t got = 0;
    switch (read_some(from.peer, buffer_.data(), buffer_.size(), &got)) {
    case transfer::would_block:
        return;
    case transfer::done:
        // A session that has just ended refuses this; that it has ended is on its way to `closed`.
        (void)events_.runtime().post_bytes(from.session, bytes_tag, buffer_.data(), got);
        from.uncredited += got;
        most_uncredited_ = std::max(most_uncredited_, from.uncredited);
        if (from.uncredited >= window) {
            from.paused = true;
            ++pauses_;
            events_.pause(from.peer.fd());
        }
        return;
    case transfer::ended:
    case transfer::failed:
        // A broken connection ends here too: what it has sent is counted.
        events_.forget(from.peer.fd());
        (void)events_.runtime().post(from.session, end_of_stream{});
        return;
    }
}

void server::credited(const credit& message)
{
    const auto found = connections_.find(message.connection);
    if (found == connections_.end()) {
        return;
    }
    connection& from = found->second;
    from.uncredited -= std::min(from.uncredited, message.bytes);
    // Not before half of the window is free: fewer changes of what the loop waits for.
    if (from.paused && from.uncredited <= window / 2) {
        from.paused = false;
        events_.resume(from.peer.fd());
    }
}

void server::closed(const session_closed& message)
{
    const auto found = connections_.find(message.connection);
    if (found == connections_.end()) {
        return;
    }
    events_.forget(found->second.peer.fd());
    connections_.erase(found);
    ++ended_[std::min<std::uint64_t>(message.reason, WORDHUB_FAILED)];
    if (message.reason == WORDHUB_FINISHED) {
        last_finished_ = std::chrono::steady_clock::now();
    }
    if (++closed_ == expected_) {
        all_closed_();
    }
}

} // namespace wordhub
