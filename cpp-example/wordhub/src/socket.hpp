/*
 * Owns: sockets as values. Loopback only.
 *
 * Invariants: every socket is non-blocking and closed on exec; a `socket` closes what it holds exactly once.
 */
#ifndef WORDHUB_SOCKET_HPP
#define WORDHUB_SOCKET_HPP

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace wordhub {

/// A file descriptor with an owner.
class socket {
public:
    socket() = default;
    explicit socket(int fd) : fd_(fd) {}
    socket(socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    socket& operator=(socket&& other) noexcept
    {
        std::swap(fd_, other.fd_);
        return *this;
    }
    ~socket();

    int fd() const { return fd_; }
    explicit operator bool() const { return fd_ >= 0; }

private:
    int fd_ = -1;
};

/// A listening socket on 127.0.0.1, on a port that the system chooses. Throws std::system_error.
socket listen_on_loopback();
/// The port of a socket. Throws std::system_error.
std::uint16_t port_of(const socket& listener);
/// The next connection that waits, or none. Throws std::system_error.
std::optional<socket> accept_from(const socket& listener);
/// Connects to a port of 127.0.0.1. Throws std::system_error.
socket connect_to(std::uint16_t port);

/// What came of a read or a write.
enum class transfer { done, would_block, ended, failed };

/// Reads at most `size` bytes; `*got` is how many. `ended`: the peer has sent everything.
transfer read_some(const socket& from, void* to, std::size_t size, std::size_t* got);
/// Writes some of the bytes; `*sent` is how many.
transfer write_some(const socket& to, std::string_view bytes, std::size_t* sent);
/// Tells the peer that nothing more comes.
void finish_sending(const socket& to);

} // namespace wordhub

#endif
