#include "client.hpp"

#include "socket.hpp"

#include <algorithm>
#include <cerrno>
#include <poll.h>
#include <random>
#include <stdexcept>
#include <system_error>

namespace wordhub {
namespace {

/// One connection: what is left to send, and how it ends.
class peer {
public:
    peer(const script& pieces, std::uint16_t port, bool says_goodbye)
        : socket_(connect_to(port)), pieces_(&pieces), says_goodbye_(says_goodbye)
    {
    }

    bool is_open() const { return static_cast<bool>(socket_); }

    pollfd interest() const
    {
        const short events = static_cast<short>(has_more() ? POLLIN | POLLOUT : POLLIN);
        return {socket_.fd(), events, 0};
    }

    /// Sends one piece of a random size. Returns how much of it went out.
    std::size_t send(std::mt19937_64& random)
    {
        // Mostly a few thousand bytes, now and then a handful, so that lines and words are cut at all places.
        const std::size_t most = random() % 8 == 0 ? 1 + random() % 16 : 1 + random() % 9001;
        const std::string_view piece = (*pieces_)[piece_];
        std::size_t sent = 0;
        if (write_some(socket_, piece.substr(offset_, most), &sent) == transfer::failed) {
            throw std::system_error(errno, std::generic_category(), "the server broke a connection");
        }
        offset_ += sent;
        if (offset_ == piece.size()) {
            offset_ = 0;
            ++piece_;
        }
        if (!has_more() && says_goodbye_) {
            finish_sending(socket_);
        }
        return sent;
    }

    /// The socket is readable: the server never sends, so it has closed.
    void closed_by_server()
    {
        char byte = 0;
        std::size_t got = 0;
        switch (read_some(socket_, &byte, 1, &got)) {
        case transfer::would_block:
            return;
        case transfer::done:
            throw std::runtime_error("the server sent something");
        case transfer::failed:
            throw std::system_error(errno, std::generic_category(), "the server broke a connection");
        case transfer::ended:
            break;
        }
        if (has_more()) {
            throw std::runtime_error("the server closed a connection that was still sending");
        }
        socket_ = socket();
    }

    bool has_more() const { return piece_ < pieces_->size(); }

private:
    socket socket_;
    const script* pieces_;
    std::size_t piece_ = 0;
    std::size_t offset_ = 0;
    bool says_goodbye_;
};

} // namespace

client::client(client_plan plan, std::function<void(const std::string&)> done)
{
    thread_ = std::thread([this, plan = std::move(plan), done = std::move(done)] {
        std::string trouble;
        try {
            run(plan);
        } catch (const std::exception& error) {
            trouble = error.what();
        }
        done(trouble);
    });
}

client::~client()
{
    stop_ = true;
    thread_.join();
}

void client::run(const client_plan& plan)
{
    std::mt19937_64 random(plan.seed);
    std::vector<peer> peers;
    for (const script& pieces : plan.streams) {
        peers.emplace_back(pieces, plan.stream_port, true);
    }
    for (const script& pieces : plan.idlers) {
        peers.emplace_back(pieces, plan.idle_port, false);
    }
    std::vector<pollfd> polled;
    while (!peers.empty() && !stop_) {
        polled.clear();
        for (const peer& one : peers) {
            polled.push_back(one.interest());
        }
        // Not for ever, so that `stop` is noticed.
        if (::poll(polled.data(), polled.size(), 100) < 0 && errno != EINTR) {
            throw std::system_error(errno, std::generic_category(), "poll");
        }
        for (std::size_t i = 0; i < peers.size(); ++i) {
            if ((polled[i].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
                peers[i].closed_by_server();
            } else if ((polled[i].revents & POLLOUT) != 0) {
                sent_ += peers[i].send(random);
            }
        }
        peers.erase(std::remove_if(peers.begin(), peers.end(), [](const peer& one) { return !one.is_open(); }),
                    peers.end());
    }
}

} // namespace wordhub
