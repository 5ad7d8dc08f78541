/*
 * Owns: the listening sockets and the accepted connections; and `server_actor`, through which Rust sessions reach them.
 *
 * Invariants:
 *   - A connection has one session. It is read from only once the session is there, and closed only once the session has ended.
 *   - At most `window` bytes and one read more of a connection are with its session: reading pauses while they are uncredited.
 *   - The server outlives the runtime's actors: `server_actor` points to it.
 */
#ifndef WORDHUB_SERVER_HPP
#define WORDHUB_SERVER_HPP

#include "loop.hpp"
#include "messages.hpp"
#include "socket.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <vector>

namespace wordhub {

class server {
public:
    /// Bytes read at a time, and bytes that may wait in a session.
    static constexpr std::size_t read_size = 8 * 1024;
    static constexpr std::uint64_t window = 64 * 1024;

    explicit server(loop& events) : events_(events), buffer_(read_size) {}
    server(const server&) = delete;
    server& operator=(const server&) = delete;
    /// Takes its descriptors out of the loop before they are closed.
    ~server();

    /// Listens on a port of its own for connections that may be silent for so long. Returns the port.
    std::uint16_t listen(actor_rt::actor_ref<hub_protocol> hub, std::chrono::nanoseconds idle);
    /// What to do when so many connections have come and gone.
    void when_closed(std::uint64_t connections, std::function<void()> all_closed);

    // From the sessions.
    void opened(const session_opened& message);
    void credited(const credit& message);
    void closed(const session_closed& message);

    /// How many sessions ended for a reason (WORDHUB_...).
    std::uint64_t ended_by(std::uint64_t reason) const { return reason < 3 ? ended_[reason] : 0; }
    /// The most that ever was uncredited in one connection.
    std::uint64_t most_uncredited() const { return most_uncredited_; }
    /// When the last session that counted everything has ended.
    std::chrono::steady_clock::time_point last_finished() const { return last_finished_; }
    /// How often reading was paused.
    std::uint64_t pauses() const { return pauses_; }

private:
    struct connection {
        socket peer;
        actor_rt::actor_ref<session_protocol> session;
        std::uint64_t uncredited = 0;
        bool paused = false;
    };

    void accept_all(const socket& listener, actor_rt::actor_ref<hub_protocol> hub, std::chrono::nanoseconds idle);
    void read_from(std::uint64_t number);

    loop& events_;
    std::vector<char> buffer_;
    std::map<int, socket> listeners_;
    std::map<std::uint64_t, connection> connections_;
    std::uint64_t next_number_ = 0;
    std::uint64_t closed_ = 0;
    std::uint64_t expected_ = 0;
    std::function<void()> all_closed_;
    std::uint64_t ended_[3] = {};
    std::chrono::steady_clock::time_point last_finished_;
    std::uint64_t most_uncredited_ = 0;
    std::uint64_t pauses_ = 0;
};

/// The server's address among the actors.
class server_actor : public actor_rt::actor<server_actor, session_opened, credit, session_closed> {
public:
    explicit server_actor(server& owner) : server_(owner) {}

    void on(actor_rt::context&, const session_opened& message) { server_.opened(message); }
    void on(actor_rt::context&, const credit& message) { server_.credited(message); }
    void on(actor_rt::context&, const session_closed& message) { server_.closed(message); }

private:
    server& server_;
};

} // namespace wordhub

#endif
