/*
 * Owns: the other side of the sockets: a thread that connects, streams the scripts in pieces of odd sizes, and waits until the server
 * has closed every connection.
 *
 * Invariants: the thread knows nothing of the runtime. It ends when all is closed, when `stop` is called, or with an error; its last
 * act is to call `done`, once, with what became of it.
 */
#ifndef WORDHUB_CLIENT_HPP
#define WORDHUB_CLIENT_HPP

#include "corpus.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace wordhub {

struct client_plan {
    /// Scripts that end with the sending side being closed.
    std::vector<script> streams;
    std::uint16_t stream_port = 0;
    /// Scripts after which the client is silent and waits for the server to close.
    std::vector<script> idlers;
    std::uint16_t idle_port = 0;
    /// Decides the sizes of the pieces.
    std::uint64_t seed = 0;
};

class client {
public:
    /// Starts the thread. `done` is called on it, with an empty text if everything was sent and closed by the server.
    client(client_plan plan, std::function<void(const std::string& trouble)> done);
    /// Stops the thread if it still runs, and waits for it.
    ~client();

    client(const client&) = delete;
    client& operator=(const client&) = delete;

    /// Bytes that the system took so far.
    std::uint64_t sent() const { return sent_.load(std::memory_order_relaxed); }

private:
    void run(const client_plan& plan);

    std::atomic<std::uint64_t> sent_{0};
    std::atomic<bool> stop_{false};
    std::thread thread_;
};

} // namespace wordhub

#endif
