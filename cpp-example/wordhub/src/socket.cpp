#include "socket.hpp"

#include <arpa/inet.h>
#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <system_error>
#include <unistd.h>

namespace wordhub {
namespace {

[[noreturn]] void raise(const char* what) { throw std::system_error(errno, std::generic_category(), what); }

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// Sets what every socket of ours is, portably: not all systems can do it in the call that makes the socket.
socket prepared(int fd, const char* what)
{
    socket made(fd);
    if (fd < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        raise(what);
    }
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        raise(what);
    }
    return made;
}

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

} // namespace

socket::~socket()
{
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

socket listen_on_loopback()
{
    socket listener = prepared(::socket(AF_INET, SOCK_STREAM, 0), "socket");
    const sockaddr_in address = loopback(0);
    if (::bind(listener.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) {
        raise("bind");
    }
    if (::listen(listener.fd(), SOMAXCONN) < 0) {
        raise("listen");
    }
    return listener;
}

std::uint16_t port_of(const socket& listener)
{
    sockaddr_in address = {};
    socklen_t size = sizeof(address);
    if (::getsockname(listener.fd(), reinterpret_cast<sockaddr*>(&address), &size) < 0) {
        raise("getsockname");
    }
    return ntohs(address.sin_port);
}

std::optional<socket> accept_from(const socket& listener)
{
    for (;;) {
        const int fd = ::accept(listener.fd(), nullptr, nullptr);
        if (fd >= 0) {
            return prepared(fd, "fcntl");
        }
        if (would_block(errno)) {
            return std::nullopt;
        }
        // The peer was gone before it was accepted; the next one may be there.
        if (errno != EINTR && errno != ECONNABORTED) {
            raise("accept");
        }
    }
}

socket connect_to(std::uint16_t port)
{
    // Connected while it still blocks: on the loopback that takes no longer than the peer's backlog is full.
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    socket made(fd);
    const sockaddr_in address = loopback(port);
    if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) < 0) {
        raise("connect");
    }
    const int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
        raise("fcntl");
    }
    return made;
}

transfer read_some(const socket& from, void* to, std::size_t size, std::size_t* got)
{
    for (;;) {
        const ssize_t count = ::recv(from.fd(), to, size, 0);
        *got = count > 0 ? static_cast<std::size_t>(count) : 0;
        if (count > 0) {
            return transfer::done;
        }
        if (count == 0) {
            return transfer::ended;
        }
        if (errno != EINTR) {
            return would_block(errno) ? transfer::would_block : transfer::failed;
        }
    }
}

transfer write_some(const socket& to, std::string_view bytes, std::size_t* sent)
{
    for (;;) {
        // A peer that is gone is an error of this call, not a signal to the process.
        const ssize_t count = ::send(to.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        *sent = count > 0 ? static_cast<std::size_t>(count) : 0;
        if (count >= 0) {
            return transfer::done;
        }
        if (errno != EINTR) {
            return would_block(errno) ? transfer::would_block : transfer::failed;
        }
    }
}

void finish_sending(const socket& to) { ::shutdown(to.fd(), SHUT_WR); }

} // namespace wordhub
