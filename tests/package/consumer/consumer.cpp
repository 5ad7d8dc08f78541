// Posts one message on the loop that WITH_… names, poll's without, and prints what the actor made of it.
#include <actor_rt.hpp>
#if defined(WITH_UV)
#include <actor_rt/uv.hpp>
using host_type = actor_rt::uv_host;
#elif defined(WITH_QT)
#include <QtCore/QCoreApplication>
#include <actor_rt/qt.hpp>
using host_type = actor_rt::qt_host;
#elif defined(WITH_GLIB)
#include <actor_rt/glib.hpp>
using host_type = actor_rt::glib_host;
#elif defined(WITH_ASIO) || defined(WITH_BOOST_ASIO)
#include <actor_rt/asio.hpp>
using host_type = actor_rt::asio_host;
#else
#include <actor_rt/poll.hpp>
using host_type = actor_rt::poll_host;
#endif
#if defined(WITH_ASIO)
namespace an_asio = asio;
#elif defined(WITH_BOOST_ASIO)
namespace an_asio = boost::asio;
#endif

#include <cstdio>

struct add {
    static constexpr std::string_view tag_name = "consumer.add";
    int amount;
};
struct adder : actor_rt::actor<adder, add> {
    adder(host_type& where, int& to) : host(where), total(to) {}
    void on(actor_rt::context&, const add& message)
    {
        total += message.amount;
        host.quit();
    }
    host_type& host;
    int& total;
};

int main(int argc, char** argv)
{
    (void)argc;
    (void)argv;
    int total = 0;
#if defined(WITH_QT)
    QCoreApplication application(argc, argv);
#elif defined(WITH_ASIO) || defined(WITH_BOOST_ASIO)
    an_asio::io_context context;
#endif
    {
#if defined(WITH_UV)
        host_type host(uv_default_loop());
#elif defined(WITH_GLIB)
        host_type host(g_main_context_default());
#elif defined(WITH_ASIO) || defined(WITH_BOOST_ASIO)
        host_type host(context);
#else
        host_type host;
#endif
        host.rt().post(host.rt().spawn<adder>(host, total), add{42});
        host.run();
    }
#if defined(WITH_UV)
    uv_run(uv_default_loop(), UV_RUN_DEFAULT);
    uv_loop_close(uv_default_loop());
#endif
    std::printf("total %d\n", total);
    return total == 42 ? 0 : 1;
}
