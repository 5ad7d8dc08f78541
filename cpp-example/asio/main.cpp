// A TCP server on standalone asio with an actor for each connection: it answers each line with its number and the line,
// and closes the connection after `bye`.
//
//     example_asio 4000            serves on that port until it is interrupted; try it with telnet
//     example_asio --clients 5     serves five clients of its own on a free port, and says what they did
//
// Shows: asio_host on a context with handlers of its own; how completion handlers speak to actors (they post messages) and
// actors to sockets (they start operations); and that the end of an actor closes what belongs to it.
#include <actor_rt/asio.hpp>

#include <asio/connect.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read_until.hpp>
#include <asio/signal_set.hpp>
#include <asio/write.hpp>

#include <cstdio>
#include <cstring>

using asio::ip::tcp;

struct line {
    static constexpr std::string_view tag_name = "example.line";
    std::string text;
};
struct hang_up {
    static constexpr std::string_view tag_name = "example.hang_up";
};
struct left {
    static constexpr std::string_view tag_name = "example.left";
    int lines;
};

/// Counts, and ends the program when as many connections have been served as were to come.
struct statistics : actor_rt::actor<statistics, left> {
    statistics(actor_rt::asio_host& where, int until) : host(where), expected(until) {}

    void on(actor_rt::context&, const left& message)
    {
        lines += message.lines;
        if (++connections == expected) {
            std::printf("%d connections, %d lines\n", connections, lines);
            host.quit();
        }
    }

    actor_rt::asio_host& host;
    int expected;
    int connections = 0;
    int lines = 0;
};

struct connection;

/// The socket, with the buffers of the operations under way. Their handlers keep it; it may outlive the actor.
struct wire : std::enable_shared_from_this<wire> {
    explicit wire(tcp::socket&& accepted) : socket(std::move(accepted)) {}
    void read();
    void write(std::string text);

    tcp::socket socket;
    std::string incoming;
    std::string outgoing;
    actor_rt::bound_ref<connection> to;
};

struct connection : actor_rt::actor<connection, line, hang_up> {
    connection(std::shared_ptr<wire> own, actor_rt::actor_ref<statistics> counter) : socket(std::move(own)), hears(counter) {}

    void on_start(actor_rt::context&) { socket->read(); }
    void on(actor_rt::context& cx, line&& message)
    {
        ++lines;
        if (message.text == "bye\n") {
            cx.stop();
        } else {
            socket->write(std::to_string(lines) + ": " + message.text);
        }
    }
    void on(actor_rt::context& cx, hang_up) { cx.stop(); }
    void on_stop(actor_rt::context& cx, const actor_rt::stop_cause&)
    {
        asio::error_code ignored;
        socket->socket.close(ignored);
        cx.post(hears, left{lines});
    }

    std::shared_ptr<wire> socket;
    actor_rt::actor_ref<statistics> hears;
    int lines = 0;
};

void wire::read()
{
    asio::async_read_until(socket, asio::dynamic_buffer(incoming, 4096), '\n',
                           [self = shared_from_this()](const asio::error_code& failure, std::size_t size) {
                               if (failure) {
                                   self->to.post(hang_up{}); // If the actor has ended already, nobody gets it.
                               } else {
                                   self->to.post(line{self->incoming.substr(0, size)});
                                   self->incoming.erase(0, size);
                               }
                           });
}

void wire::write(std::string text)
{
    outgoing = std::move(text);
    asio::async_write(socket, asio::buffer(outgoing), [self = shared_from_this()](const asio::error_code& failure, std::size_t) {
        if (failure) {
            self->to.post(hang_up{});
        } else {
            self->read(); // One line at a time, so a client that does not read is not read from.
        }
    });
}

struct server {
    server(actor_rt::asio_host& on, unsigned short port, actor_rt::actor_ref<statistics> counter)
        : host(on), acceptor(*on.context(), tcp::endpoint(asio::ip::address_v4::loopback(), port)), hears(counter)
    {
        accept();
    }
    void accept()
    {
        acceptor.async_accept([this](const asio::error_code& failure, tcp::socket accepted) {
            if (!failure) {
                auto own = std::make_shared<wire>(std::move(accepted));
                own->to = host.rt().bind(host.rt().spawn<connection>(own, hears));
            }
            if (failure != asio::error::operation_aborted) {
                accept();
            }
        });
    }

    actor_rt::asio_host& host;
    tcp::acceptor acceptor;
    actor_rt::actor_ref<statistics> hears;
};

/// A client that blocks, on a thread of its own: sends a hundred lines, checks each answer, and says `bye`.
void be_client(tcp::endpoint to)
{
    asio::io_context context;
    tcp::socket socket(context);
    socket.connect(to);
    std::string answers;
    for (int number = 1; number <= 100; ++number) {
        asio::write(socket, asio::buffer("hello " + std::to_string(number) + "\n"));
        const std::size_t size = asio::read_until(socket, asio::dynamic_buffer(answers), '\n');
        if (answers.substr(0, size) != std::to_string(number) + ": hello " + std::to_string(number) + "\n") {
            std::printf("wrong answer: %s", answers.c_str());
        }
        answers.erase(0, size);
    }
    asio::write(socket, asio::buffer(std::string("bye\n")));
}

int main(int count, char** arguments)
{
    if (count < 2) {
        std::printf("usage: example_asio PORT, or example_asio --clients NUMBER\n");
        return 2;
    }
    const bool own_clients = count == 3 && std::strcmp(arguments[1], "--clients") == 0;
    const int clients = own_clients ? std::atoi(arguments[2]) : 0;

    asio::io_context context;
    actor_rt::asio_host host(context);
    const auto counter = host.rt().spawn<statistics>(host, clients);
    server lines(host, own_clients ? static_cast<unsigned short>(0) : static_cast<unsigned short>(std::atoi(arguments[1])), counter);
    asio::signal_set signals(context, SIGINT, SIGTERM);
    signals.async_wait([&](const asio::error_code& failure, int) {
        if (!failure) {
            host.quit();
        }
    });

    std::vector<std::thread> threads;
    for (int client = 0; client < clients; ++client) {
        threads.emplace_back(be_client, lines.acceptor.local_endpoint());
    }
    host.run();
    for (std::thread& thread : threads) {
        thread.join();
    }
    return 0;
}
