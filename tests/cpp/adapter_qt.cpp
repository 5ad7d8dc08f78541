// The adapter for Qt, on real loops: the steps are counted, not timed. Run with both of Qt's dispatchers; see CMakeLists.txt.
#include "adapter_actors.hpp"

#include <actor_rt/qt.hpp>

#include <QtCore/QAbstractEventDispatcher>
#include <QtCore/QSocketNotifier>
#include <QtCore/QThread>
#include <QtCore/QTimer>
#include <QtWidgets/QApplication>
#include <QtWidgets/QMessageBox>

#include <algorithm>
#include <ctime>
#include <dlfcn.h>
#include <unistd.h>

using namespace std::chrono_literals;

namespace {
const unsigned watchdog_is_armed = alarm(120); // Ends the process, should a loop not return.

using adapter::again;
using adapter::boom;
using adapter::item;
using adapter::unhurried;
using worker = adapter::worker<actor_rt::qt_host>;

/// Runs code once, on the loop: `post` it, or arm a timer with it.
struct job {
    static constexpr std::string_view tag_name = "test.job";
    void (*code)(actor_rt::context& cx, void* user);
    void* user;
};
struct runner : actor_rt::actor<runner, job> {
    void on(actor_rt::context& cx, const job& message) { message.code(cx, message.user); }
};

char program[] = "adapter_qt";
char* arguments[] = {program, nullptr};

template <class Application>
struct running {
    int count = 1;
    Application application{count, arguments};
};

/// Lets the loop of this thread do all that it can do without waiting.
void settle()
{
    for (int round = 0; round < 10; ++round) {
        QCoreApplication::processEvents();
    }
}

/// A host at rest in an application of its own, which is made first and ends last.
template <class Application = QCoreApplication>
struct fixture : running<Application> {
    std::atomic<int> turns{0};
    actor_rt::qt_host host{unhurried()};
    actor_rt::actor_ref<worker> to = host.rt().spawn<worker>(host, turns);
    actor_rt::actor_ref<runner> jobs = host.rt().spawn<runner>();

    fixture() { settle(); }
    std::uint64_t steps() { return host.rt().last_step().step; }
    void perform(void (*code)(actor_rt::context& cx, void* user), std::chrono::milliseconds later = 0ms)
    {
        if (later == 0ms) {
            CHECK(host.rt().post(jobs, job{code, this}).ok());
        } else {
            CHECK(host.rt().after(jobs, later, job{code, this}));
        }
    }
};

/// Counts how often the loop of this thread came to the point of waiting: what spins comes there again and again.
struct round_counter {
    int rounds = 0;
    QMetaObject::Connection link = QObject::connect(
        QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::aboutToBlock, [this] { ++rounds; });
    ~round_counter() { QObject::disconnect(link); }
};

/// The CPU time of this thread, which nobody else on the machine can use up.
std::chrono::nanoseconds cpu_time()
{
    timespec now = {};
    CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}
} // namespace

TEST(what_was_posted_before_the_loop_runs_is_handled_in_it)
{
    running<QCoreApplication> qt;
    std::atomic<int> turns{0};
    actor_rt::qt_host host;
    const auto to = host.rt().spawn<worker>(host, turns);
    CHECK(host.rt().post(to, again{10}).ok());
    CHECK(turns == 0);
    host.run();
    CHECK(turns == 11);
}

TEST(a_burst_from_another_thread_is_exactly_one_pump)
{
    fixture<> f;
    const actor_rt::remote door = f.host.rt().make_remote();
    for (int burst = 1; burst <= 3; ++burst) {
        const std::uint64_t before = f.steps();
        std::thread([&] {
            for (int count = 0; count < 1000; ++count) {
                CHECK(door.post(f.to, item{}).ok());
            }
        }).join();
        settle();
        CHECK(f.steps() - before == 1 && f.turns == burst * 1000);
    }
}

TEST(a_step_that_another_cause_brought_about_leaves_at_most_one_event_behind)
{
    fixture<> f;
    for (int count = 0; count < 100; ++count) {
        CHECK(f.host.rt().post(f.to, item{}).ok()); // Posts the event …
        (void)f.host.rt().step();                   // … and somebody steps before it comes, so that the next one wakes.
    }
    const std::uint64_t before = f.steps();
    settle();
    CHECK(f.turns == 100 && f.steps() - before == 1);
}

TEST(run_waits_for_other_threads_and_ends_with_quit)
{
    fixture<> f;
    const actor_rt::remote door = f.host.rt().make_remote();
    std::thread other([&] { CHECK(door.post(f.to, again{10}).ok()); });
    f.host.run();
    other.join();
    CHECK(f.turns == 11);
}

TEST(quit_ends_the_exec_of_the_application_if_there_is_no_run)
{
    fixture<> f;
    f.host.quit(); // Without a loop nothing is to end, not even a later one.
    CHECK(f.host.rt().post(f.to, again{10}).ok());
    CHECK(QCoreApplication::exec() == 0 && f.turns == 11);
    CHECK(f.host.rt().post(f.to, again{10}).ok());
    f.host.run();
    CHECK(f.turns == 22);
}

TEST(one_timer_costs_at_most_two_steps_whatever_its_fraction_of_a_millisecond)
{
    for (const auto delay : {400us, 1400us, 1900us, 10400us, 100000us}) {
        fixture<> f;
        const round_counter loop;
        const std::uint64_t before = f.steps();
        CHECK(f.host.rt().after(f.to, delay, again{0}));
        f.host.run();
        // One for the wake that arming was, one for the deadline, which the timer never comes before. On a slow machine
        // the deadline has passed at the first already.
        CHECK(f.turns == 1 && f.steps() - before <= 2 && loop.rounds <= 10);
    }
}

TEST(a_deadline_beyond_what_qt_can_count_is_no_spin)
{
    fixture<> f;
    const std::uint64_t before = f.steps();
    CHECK(f.host.rt().after(f.to, std::chrono::milliseconds((std::int64_t{1} << 32) + 1), item{})); // As an int: 1.
    QTimer::singleShot(20, [&] { f.host.quit(); });
    f.host.run();
    CHECK(f.turns == 0 && f.steps() - before == 1);
}

TEST(an_earlier_deadline_armed_from_a_callback_of_the_hosts_comes_first)
{
    fixture<> f;
    CHECK(f.host.rt().after(f.to, 1h, again{0}));
    const std::uint64_t before = f.steps();
    QTimer::singleShot(1, [&] { CHECK(f.host.rt().after(f.to, 1ms, again{0})); });
    f.host.run();
    CHECK(f.turns == 1 && f.steps() - before <= 3);
}

namespace {
struct ball {
    static constexpr std::string_view tag_name = "test.ball";
    std::uint64_t to;
};
struct player : actor_rt::actor<player, ball> {
    void on(actor_rt::context& cx, const ball& message)
    {
        CHECK(cx.post(actor_rt::actor_ref<player>(message.to), ball{cx.self().id()}).ok());
    }
};
/// Two actors that keep the runtime busy for ever.
void flood(actor_rt::qt_host& host)
{
    const auto left = host.rt().spawn<player>();
    const auto right = host.rt().spawn<player>();
    CHECK(host.rt().post(left, ball{right.id()}).ok() && host.rt().post(right, ball{left.id()}).ok());
}

/// A window that takes what stands for input.
struct window : QWidget {
    int inputs = 0;
    int paints = 0;
    std::uint64_t steps = 0;         // Since the start.
    std::uint64_t sent = 0;          // `steps` when the input was sent.
    std::uint64_t most_between = 0;  // Steps that an input had to wait for.
    std::chrono::nanoseconds sent_at{0};
    std::chrono::nanoseconds longest{0};

    bool event(QEvent* arrived) override
    {
        if (arrived->type() != QEvent::User) {
            return QWidget::event(arrived);
        }
        ++inputs;
        most_between = std::max(most_between, steps - sent);
        longest = std::max(longest, cpu_time() - sent_at);
        return true;
    }
    void paintEvent(QPaintEvent*) override { ++paints; }
    void send()
    {
        sent = steps;
        sent_at = cpu_time();
        QCoreApplication::postEvent(this, new QEvent(QEvent::User));
        update();
    }
};
} // namespace

TEST(two_actors_that_flood_each_other_leave_input_paint_timers_and_sockets_their_turns)
{
    running<QApplication> qt;
    actor_rt::qt_host host;
    window seen;
    seen.show();
    int ends[2];
    CHECK(pipe(ends) == 0 && write(ends[1], "x", 1) == 1); // Readable for ever.
    QSocketNotifier socket(ends[0], QSocketNotifier::Read);
    std::uint64_t ticks = 0;
    std::uint64_t reads = 0;
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] { ++ticks; });
    QObject::connect(&socket, &QSocketNotifier::activated, [&] { ++reads; });
    timer.start(0);
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        CHECK(result.more);
        ++seen.steps;
        if (seen.steps % 5 == 0) {
            seen.send(); // Right after a step: the next one has to wait.
        }
        if (seen.steps == 1000) {
            host.quit();
        }
    });
    flood(host);
    host.run();
    CHECK(seen.inputs >= 199 && seen.most_between <= 1 && seen.paints >= 190);
    CHECK(ticks >= 990 && reads >= 990);
    // Each waits for at most one step of 2 ms and 16 messages, and is not kept by the machine's other work.
    CHECK(seen.longest <= 5ms);
    close(ends[0]);
    close(ends[1]);
}

TEST(input_from_another_thread_waits_for_at_most_two_steps_of_a_flood)
{
    fixture<QApplication> f;
    std::atomic<std::uint64_t> steps{0};
    f.host.on_step([&](const actor_rt::step_result&, std::chrono::nanoseconds) { ++steps; });
    f.host.set_budget({UINT32_MAX, 2ms, false}); // Long steps, beside which the other thread's own delays are short.
    flood(f.host);
    std::vector<std::uint64_t> waited;
    std::thread other([&] {
        for (int count = 0; count < 101; ++count) {
            std::atomic<bool> handled{false};
            const std::uint64_t before = steps;
            QMetaObject::invokeMethod(qApp, [&] {
                waited.push_back(steps - before);
                handled = true;
            }, Qt::QueuedConnection);
            while (!handled || steps == before) { // Each input in another step; while the loop rests they are for nothing.
                std::this_thread::yield();
            }
        }
        QMetaObject::invokeMethod(qApp, [&] { f.host.quit(); }, Qt::QueuedConnection);
    });
    f.host.run();
    other.join();
    // The one under way and perhaps the next. The median, as the other thread may have slept between two of its lines.
    std::sort(waited.begin(), waited.end());
    CHECK(waited.size() == 101 && waited[50] <= 2 && steps >= 101);
}

TEST(with_glib_a_flood_lets_the_loop_rest_so_that_its_lower_priorities_run)
{
    running<QCoreApplication> qt;
    if (!QAbstractEventDispatcher::instance()->inherits("QEventDispatcherGlib")) {
        return; // Qt's own dispatcher has no priorities.
    }
    // Qt links GLib; this program needs no header of it.
    using add_source = unsigned (*)(int priority, int (*call)(void*), void* user, void (*drop)(void*));
    const auto add = reinterpret_cast<add_source>(dlsym(RTLD_DEFAULT, "g_idle_add_full"));
    CHECK(add != nullptr);
    actor_rt::qt_host host;
    flood(host);
    int redraws = 0;
    struct both {
        int& redraws;
        actor_rt::qt_host& host;
    } seen = {redraws, host};
    constexpr int gdk_priority_redraw = 120;
    add(gdk_priority_redraw, [](void* user) {
        both& self = *static_cast<both*>(user);
        if (++self.redraws == 10) {
            self.host.quit();
        }
        return self.redraws < 10 ? 1 : 0;
    }, &seen, nullptr);
    host.run(); // Without a rest it never ends.
    CHECK(redraws == 10);
}

TEST(a_dialog_in_a_host_call_runs_while_the_actors_go_on)
{
    // Once in the step of a timer's, once in that of a posted event.
    for (const auto later : {0ms, 2ms}) {
        fixture<QApplication> f;
        f.perform([](actor_rt::context& cx, void* user) {
            auto* const self = static_cast<fixture<QApplication>*>(user);
            // A deadline that only the step before the dialog knows of; in it a debt of steps; at last another thread.
            CHECK(cx.after(self->to, 3ms, again{100}));
            self->host.set_budget({10, 1h, false});
            CHECK(cx.host_call([self] {
                QMessageBox box(QMessageBox::Information, "title", "text");
                std::thread other;
                QTimer poll;
                QObject::connect(&poll, &QTimer::timeout, [&] {
                    if (self->turns == 101 && !other.joinable()) {
                        other = std::thread([self, door = self->host.rt().make_remote()] { CHECK(door.post(self->to, item{}).ok()); });
                    } else if (self->turns == 102) {
                        box.accept();
                    }
                });
                poll.start(1);
                const int answer = box.exec();
                other.join();
                CHECK(self->turns == 102);
                return answer;
            }, [self](actor_rt::context&, int answer) {
                CHECK(answer == QDialog::Accepted);
                self->host.quit();
            }).ok());
        }, later);
        f.host.run();
        CHECK(f.turns == 102);
    }
}

TEST(a_loop_opened_inside_a_handler_does_no_harm_and_does_not_spin)
{
    // Once in the step of a posted event, once in that of a timer's.
    for (const auto later : {0ms, 2ms}) {
        fixture<> f;
        // A timer that is armed when the handler begins, and comes inside of it.
        CHECK(f.host.rt().after(f.jobs, 4ms, job{[](actor_rt::context&, void*) {}, nullptr}));
        settle();
        f.perform([](actor_rt::context& cx, void* user) {
            auto* const self = static_cast<fixture<>*>(user);
            CHECK(cx.post(self->to, item{}).ok());
            QEventLoop nested;
            const round_counter loop;
            std::thread other([self, door = self->host.rt().make_remote()] {
                for (int count = 0; count < 1000; ++count) {
                    CHECK(door.post(self->to, item{}).ok());
                }
            });
            QTimer::singleShot(200, &nested, &QEventLoop::quit);
            nested.exec();
            other.join();
            CHECK(self->turns == 0 && loop.rounds <= 20); // All wait for this handler.
            CHECK(cx.post(self->to, again{0}).ok());
        }, later);
        f.host.run();
        settle();
        CHECK(f.turns == 1002);
    }
}

TEST(a_stopped_host_keeps_its_runtime_and_starts_again)
{
    fixture<> f;
    f.host.stop();
    f.host.stop();
    CHECK(f.host.thread() == nullptr);
    // What comes while there is no loop, from here and from elsewhere, waits for the next one.
    const actor_rt::remote door = f.host.rt().make_remote();
    CHECK(f.host.rt().post(f.to, item{}).ok());
    std::thread([&] { CHECK(door.post(f.to, item{}).ok()); }).join();
    settle();
    f.host.run(); // Returns: nothing would end it.
    CHECK(f.turns == 0);
    f.host.start();
    f.host.start();
    CHECK(f.host.thread() == QThread::currentThread());
    settle();
    CHECK(f.turns == 2);
    f.host.stop();
    CHECK(f.host.rt().after(f.to, 1ms, again{0}));
    f.host.start();
    f.host.run();
    CHECK(f.turns == 3);
}

TEST(the_host_may_go_before_its_loop_with_timers_armed_and_steps_owed)
{
    running<QCoreApplication> qt;
    std::atomic<int> turns{0};
    {
        actor_rt::qt_host host;
        flood(host);
        const auto to = host.rt().spawn<worker>(host, turns);
        CHECK(host.rt().after(to, 1h, item{}));
        settle();
        CHECK(host.rt().last_step().more && host.rt().post(to, item{}).ok());
    }
    settle();
    CHECK(turns == 0);
}

TEST(the_application_may_end_first_and_another_one_carries_on)
{
    std::atomic<int> turns{0};
    auto first = std::make_unique<running<QCoreApplication>>();
    actor_rt::qt_host host;
    const auto to = host.rt().spawn<worker>(host, turns);
    const actor_rt::remote door = host.rt().make_remote();
    settle();
    CHECK(host.rt().after(to, 1h, item{}));
    settle();
    CHECK(host.rt().post(to, item{}).ok()); // Leaves an event that is never delivered.
    first.reset();
    CHECK(host.thread() == nullptr);
    std::thread([&] { CHECK(door.post(to, item{}).ok()); }).join();
    bool refused = false;
    try {
        host.start();
    } catch (const actor_rt::error& failure) {
        refused = failure.status() == ART_WRONG_STATE;
    }
    CHECK(refused && turns == 0);
    {
        running<QCoreApplication> second;
        host.start();
        settle();
        CHECK(turns == 2);
        CHECK(host.rt().post(to, again{3}).ok());
        host.run();
        CHECK(turns == 6);
    }
    CHECK(host.thread() == nullptr);
}

TEST(a_host_is_refused_without_an_application)
{
    bool refused = false;
    try {
        actor_rt::qt_host host;
    } catch (const actor_rt::error& failure) {
        refused = failure.status() == ART_WRONG_STATE;
    }
    CHECK(refused);
}

namespace {
/// A thread of Qt's whose `run` is the given one.
template <class Code>
struct thread final : QThread {
    Code code;
    explicit thread(Code given) : code(std::move(given)) {}
    void run() override
    {
        code([this] { return exec(); });
    }
};
} // namespace

TEST(a_thread_of_qts_has_a_host_of_its_own)
{
    fixture<> f;
    const actor_rt::remote home = f.host.rt().make_remote();
    thread away([&](auto exec) {
        std::atomic<int> turns{0};
        actor_rt::qt_host host;
        const auto to = host.rt().spawn<worker>(host, turns);
        CHECK(host.thread() == QThread::currentThread());
        // With the thread's exec, and with a run of the host's.
        CHECK(host.rt().after(to, 1ms, again{10}) && exec() == 0 && turns == 11);
        std::thread([&, door = host.rt().make_remote()] { CHECK(door.post(to, item{}).ok()); }).join();
        while (turns == 11) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
        CHECK(home.post(f.to, again{0}).ok());
    });
    away.start();
    f.host.run();
    away.wait();
    CHECK(f.turns == 1);
}

TEST(a_thread_that_qt_did_not_start_may_have_one_too)
{
    running<QCoreApplication> qt;
    std::thread([] {
        std::atomic<int> turns{0};
        actor_rt::qt_host host;
        const auto to = host.rt().spawn<worker>(host, turns);
        CHECK(host.rt().after(to, 1ms, again{10}));
        host.run();
        CHECK(turns == 11);
    }).join();
}

TEST(a_thread_may_end_first_and_another_one_adopts_the_runtime)
{
    running<QCoreApplication> qt;
    std::atomic<int> turns{0};
    std::unique_ptr<actor_rt::qt_host> host;
    actor_rt::actor_ref<worker> to;
    const auto body = [&] {
        if (host == nullptr) {
            host = std::make_unique<actor_rt::qt_host>();
            to = host->rt().spawn<worker>(*host, turns);
        } else {
            CHECK(host->rt().adopt_thread().ok());
            host->start();
        }
        CHECK(host->rt().after(to, 1h, item{}));
        settle();
        CHECK(host->rt().post(to, item{}).ok());
    };
    {
        thread first([&](auto) { body(); });
        first.start();
        first.wait();
        CHECK(host->thread() == nullptr);
    }
    std::thread(body).join();
    CHECK(host->thread() == nullptr && host->rt().adopt_thread().ok());
    host->start();
    settle();
    CHECK(turns == 2);
    host.reset();
}

TEST(another_thread_can_neither_start_nor_stop_the_host)
{
    fixture<> f;
    std::thread([&] {
        const QtMessageHandler before = qInstallMessageHandler([](QtMsgType, const QMessageLogContext&, const QString&) {});
        f.host.stop();
        qInstallMessageHandler(before);
    }).join();
    CHECK(f.host.thread() == QThread::currentThread());
    f.host.stop();
    std::thread([&] {
        bool refused = false;
        try {
            f.host.start();
        } catch (const actor_rt::error& failure) {
            refused = failure.status() == ART_WRONG_THREAD;
        }
        CHECK(refused);
    }).join();
    f.host.start();
    CHECK(f.host.rt().post(f.to, again{0}).ok());
    f.host.run();
    CHECK(f.turns == 1);
}

TEST(other_threads_may_post_while_the_host_stops)
{
    running<QCoreApplication> qt;
    for (int round = 0; round < 20; ++round) {
        std::atomic<int> turns{0};
        std::atomic<bool> done{false};
        actor_rt::qt_host host;
        const auto to = host.rt().spawn<worker>(host, turns);
        std::thread other([&, door = host.rt().make_remote()] {
            while (!done) {
                (void)door.post(to, item{});
            }
        });
        settle();
        host.stop();
        settle();
        done = true;
        other.join();
    }
}

TEST(what_a_handler_threw_ends_the_loop_and_leaves_run)
{
    fixture<> f;
    const auto thrown_by = [](auto code) {
        try {
            code();
        } catch (const std::runtime_error& failure) {
            return std::strcmp(failure.what(), "boom") == 0;
        }
        return false;
    };
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(thrown_by([&] { f.host.run(); }));
    auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(other, again{0}).ok());
    f.host.run();
    CHECK(f.turns == 1);
    // The same with a loop of the application's.
    CHECK(f.host.rt().post(other, boom{}).ok());
    CHECK(QCoreApplication::exec() == 0);
    CHECK(thrown_by([&] { f.host.rethrow(); }));
    // And without any loop: then the next run has it.
    other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(other, boom{}).ok());
    settle();
    CHECK(thrown_by([&] { f.host.run(); }));
}

TEST(a_listener_gets_what_a_handler_threw_and_the_loop_goes_on)
{
    fixture<> f;
    int heard = 0;
    f.host.on_failure([&](std::exception_ptr failure) {
        CHECK(failure != nullptr);
        ++heard;
    });
    const auto other = f.host.rt().spawn<worker>(f.host, f.turns);
    CHECK(f.host.rt().post(f.to, boom{}).ok());
    CHECK(f.host.rt().after(other, 1ms, again{0}));
    f.host.run();
    CHECK(heard == 1 && f.turns == 1);
}

TEST(a_listener_may_open_a_loop_and_destroy_the_host)
{
    running<QCoreApplication> qt;
    std::atomic<int> turns{0};
    auto host = std::make_unique<actor_rt::qt_host>();
    host->on_failure([&, held = std::make_shared<int>(7)](std::exception_ptr) {
        const auto other = host->rt().spawn<worker>(*host, turns);
        CHECK(host->rt().after(other, 1ms, again{0}));
        host->run();
        CHECK(turns == 1);
        host.reset();
        CHECK(*held == 7); // This very callback still lives.
    });
    const auto to = host->rt().spawn<worker>(*host, turns);
    CHECK(host->rt().post(to, boom{}).ok());
    host->run();
    CHECK(host == nullptr);
}

TEST(what_a_host_call_threw_fails_its_actor_and_leaves_run)
{
    fixture<> f;
    f.perform([](actor_rt::context& cx, void*) {
        CHECK(cx.host_call([] { throw std::runtime_error("boom"); }, [](actor_rt::context&) { CHECK(false); }).ok());
    });
    bool thrown = false;
    try {
        f.host.run();
    } catch (const std::runtime_error&) {
        thrown = true;
    }
    CHECK(thrown);
}

TEST(a_handler_may_stop_the_host_and_start_it_again)
{
    fixture<> f;
    CHECK(f.host.rt().after(f.to, 1h, item{}));
    f.perform([](actor_rt::context&, void* user) { static_cast<fixture<>*>(user)->host.stop(); }, 1ms);
    f.host.run(); // Ends, as nothing else would end it.
    CHECK(f.host.thread() == nullptr && f.host.rt().post(f.to, item{}).ok());
    settle();
    CHECK(f.turns == 0);
    f.host.start();
    f.perform([](actor_rt::context&, void* user) {
        actor_rt::qt_host& host = static_cast<fixture<>*>(user)->host;
        host.stop();
        host.start();
    });
    settle();
    CHECK(f.turns == 1 && f.host.rt().post(f.to, again{0}).ok());
    f.host.run();
    CHECK(f.turns == 2);
}

TEST(a_handler_cannot_close_the_runtime_and_nothing_happens_if_it_tries)
{
    fixture<> f;
    f.perform([](actor_rt::context&, void* user) {
        auto* const self = static_cast<fixture<>*>(user);
        bool refused = false;
        try {
            self->host.rt().close();
        } catch (const actor_rt::error& failure) {
            refused = failure.status() == ART_BUSY;
        }
        CHECK(refused);
    });
    CHECK(f.host.rt().post(f.to, again{0}).ok());
    f.host.run();
    CHECK(f.turns == 1);
}

TEST(a_host_call_may_close_the_runtime)
{
    fixture<> f;
    CHECK(f.host.rt().after(f.to, 1ms, item{}));
    f.perform([](actor_rt::context& cx, void* user) {
        auto* const self = static_cast<fixture<>*>(user);
        CHECK(cx.host_call([self] { self->host.rt().close(); }, [](actor_rt::context&) { CHECK(false); }).ok());
    });
    bool in_time = false;
    QTimer::singleShot(10, [&] {
        in_time = true; // The timer that was armed has come, and neither ended the loop nor counts as a failure.
        f.host.quit();
    });
    f.host.run();
    CHECK(in_time && !f.host.rt() && f.turns == 0);
    f.host.stop();
    bool refused = false;
    try {
        f.host.start();
    } catch (const actor_rt::error& failure) {
        refused = failure.status() == ART_NULL_POINTER;
    }
    CHECK(refused);
}

TEST(a_host_call_may_destroy_the_host_inside_its_run)
{
    for (const auto later : {0ms, 1ms}) {
        running<QCoreApplication> qt;
        auto host = std::make_unique<actor_rt::qt_host>();
        const auto to = host->rt().spawn<runner>();
        const job suicide = {[](actor_rt::context& cx, void* user) {
            CHECK(cx.host_call([user] { static_cast<std::unique_ptr<actor_rt::qt_host>*>(user)->reset(); },
                               [](actor_rt::context&) { CHECK(false); }).ok());
        }, &host};
        CHECK(host->rt().after(to, later, suicide));
        host->run();
        CHECK(host == nullptr);
        settle();
    }
}

namespace {
struct tick {
    static constexpr std::string_view tag_name = "test.tick";
};
struct metronome : actor_rt::actor<metronome, tick> {
    std::chrono::milliseconds period;
    int& ticks;
    metronome(std::chrono::milliseconds every, int& count) : period(every), ticks(count) {}
    void on_start(actor_rt::context& cx) { cx.after(period, tick{}); }
    void on(actor_rt::context& cx, tick)
    {
        ++ticks;
        cx.after(period, tick{});
    }
};
} // namespace

TEST(an_hour_of_timers_on_a_clock_that_jumps_to_each_deadline_loses_none)
{
    running<QCoreApplication> qt;
    check::manual_clock clock;
    int fast = 0;
    int slow = 0;
    int inputs = 0;
    std::atomic<int> from_outside{0};
    actor_rt::qt_host host(clock.options());
    host.rt().spawn<metronome>(100ms, fast);
    host.rt().spawn<metronome>(7000ms, slow);
    const auto to = host.rt().spawn<worker>(host, from_outside);
    QTimer input;
    QObject::connect(&input, &QTimer::timeout, [&] { ++inputs; });
    input.start(1);
    std::uint64_t steps = 0;
    host.on_step([&](const actor_rt::step_result& result, std::chrono::nanoseconds) {
        ++steps;
        if (clock.now >= 1h) {
            host.quit();
        } else if (!result.more && result.next_deadline != actor_rt::never) {
            clock.now = std::max(clock.now, result.next_deadline.time_since_epoch()); // So the adapter is late at once.
        }
    });
    std::thread other([&, door = host.rt().make_remote()] {
        for (int count = 0; count < 1000; ++count) {
            CHECK(door.post(to, item{}).ok());
            std::this_thread::yield();
        }
    });
    host.run();
    other.join();
    settle();
    CHECK(fast >= 36000 - 1 && fast <= 36000 && slow == 3600 / 7 && from_outside == 1000);
    // One for each deadline, at most one for each post, and a few.
    CHECK(steps <= 36000 + 515 + 1000 + 10 && inputs > 0);
}
