/*
 * Owns: `glib_host`, a runtime on a GMainContext (GLib 2.36 or newer), and so in every GTK program. Needs only GLib.
 *
 *     actor_rt::glib_host host(g_main_context_default());
 *     host.rt().spawn<counter>();
 *     host.run();                                // or the g_main_loop_run or g_application_run that the program has anyway
 *
 * Two sources. The first, of normal priority, answers to wakes and to the earliest deadline. The second, of idle
 * priority, runs the steps that are owed and idle work: behind GTK's input (0), resizing (110) and redrawing (120), so
 * that actors that flood each other do not freeze the window. One source cannot do both: while idle work waits at idle
 * priority a wake has to come at the normal one, and g_source_set_priority would have to be called by the waking thread,
 * and would move the source behind the host's own of the same priority each time.
 *
 * A wake is a flag and g_main_context_wakeup, which takes no lock. In a callback of the loop's the flag is enough: the first
 * source is asked (prepare) before the loop waits. Only what another source's prepare or check function posts in between
 * needs more. It is not g_source_set_ready_time(0), which would
 * share one value with the deadline: the loop's thread, arming a deadline after a step, would overwrite a wake that came
 * in between, and it would be lost. The ready time is the deadline's alone, and the loop's thread's.
 *
 * A failure that nobody listens for (`on_failure`) is a warning of GLib's log in the domain actor_rt, ends `run`, and is
 * thrown by `run` or `rethrow`. A loop that the program runs itself goes on: a context does not know which those are.
 *
 * Invariants:
 *   - Both sources may recurse: a host call may run a loop of its own, and the actors go on inside it.
 *   - The deadline is rounded up to GLib's microseconds, so that no step comes too early and finds nothing.
 *   - A reference to the context is held while attached, so that the program may drop its own first.
 *   - No exception passes through GLib.
 */
#ifndef ACTOR_RT_GLIB_HPP
#define ACTOR_RT_GLIB_HPP

#include "host.hpp"

#include <glib.h>

ACTOR_RT_BEGIN_NAMESPACE

class glib_host;

namespace detail {
/// The two sources of one attachment to one context.
struct glib_link : std::enable_shared_from_this<glib_link> {
    glib_host* host;                                          // Null once the host has let go.
    GMainContext* context;                                    // A reference, until the host lets go.
    std::thread::id owner = std::this_thread::get_id();       // The loop's thread.
    std::atomic<bool> woken{true};                            // The first turn takes what came while there was no loop.
    bool asked = false;                                       // The first source was asked, and has not been looked at since.
    bool owed = false;
    GSource* first = nullptr;
    GSource* second = nullptr;
    GMainLoop* running = nullptr;                             // The innermost loop of `run`.

    glib_link(glib_host* to, GMainContext* with) noexcept : host(to), context(g_main_context_ref(with)) {}

    void wake() noexcept
    {
        woken.store(true, std::memory_order_release);
        // Only where this thread runs the context: if another one does by mistake, it has to come and be told.
        if (std::this_thread::get_id() != owner || asked || g_main_context_is_owner(context) == FALSE) {
            g_main_context_wakeup(context);
        }
    }
};

/// What GLib keeps of ours: a source with the link behind it. The host destroys both sources before the link.
struct glib_source {
    GSource base;
    glib_link* link;

    static glib_link& link_of(GSource* source) noexcept { return *reinterpret_cast<glib_source*>(source)->link; }
};
} // namespace detail

/// A runtime on a GMainContext. Belongs to the thread that runs the context; neither copyable nor movable, since GLib
/// keeps its address. GLib's loops do not end for want of work, so there is nothing to keep alive.
class glib_host : public detail::loop_host<glib_host, detail::glib_link> {
public:
    /// Makes the runtime and attaches it, as `start` does. Throws `error` if it cannot be had. `options::wake` is ignored.
    explicit glib_host(GMainContext* context, options how = options()) : glib_host(std::move(how)) { start(context); }
    /// Makes the runtime only; see `start`.
    explicit glib_host(options how = options()) : loop_host(std::move(how)) {}
    /// Lets go of the context as `stop` does and destroys the runtime. Not inside a handler.
    ~glib_host() { stop(); }

    /// The context; null while stopped.
    GMainContext* context() const noexcept { return link_ ? link_->context : nullptr; }

    /// Attaches to a context, on the thread that runs it; null stands for the one that is this thread's default
    /// (g_main_context_push_thread_default), which is the application's where nothing was pushed. What was posted meanwhile
    /// is handled in the loop's next round. Nothing happens if it is attached.
    void start(GMainContext* context = nullptr)
    {
        if (link_) {
            return;
        }
        if (context == nullptr) {
            context = g_main_context_get_thread_default();
        }
        link_ = std::make_shared<detail::glib_link>(this, context == nullptr ? g_main_context_default() : context);
        deadline_ = never;
        static GSourceFuncs first = {&first_prepare, &first_check, &first_dispatch, nullptr, nullptr, nullptr};
        static GSourceFuncs second = {&second_prepare, &second_check, &second_dispatch, nullptr, nullptr, nullptr};
        link_->first = attach(first, G_PRIORITY_DEFAULT, "actor_rt");
        link_->second = attach(second, G_PRIORITY_DEFAULT_IDLE, "actor_rt, owed");
        gate_->open(link_.get());
    }

    /// Lets go of the context, and ends `run`: no callback of the host runs afterwards. The runtime lives on, and may be
    /// started on this or another context.
    void stop() noexcept
    {
        if (!link_) {
            return;
        }
        gate_->close();
        quit();
        const std::shared_ptr<detail::glib_link> link = std::exchange(link_, nullptr);
        link->host = nullptr;
        for (GSource* const source : {link->first, link->second}) {
            g_source_destroy(source);
            g_source_unref(source);
        }
        g_main_context_unref(link->context);
    }

    /// Lets the innermost `run` return after this round; on the loop's thread, such as inside a handler. A loop that the program runs
    /// itself is the program's to quit.
    void quit() noexcept
    {
        if (link_ && link_->running != nullptr) {
            g_main_loop_quit(link_->running);
        }
    }

private:
    friend class detail::loop_host<glib_host, detail::glib_link>;

    /// A host call may run another one inside.
    bool run_loop() noexcept
    {
        const std::shared_ptr<detail::glib_link> link = link_;
        if (!link) {
            return false;
        }
        GMainLoop* const loop = g_main_loop_new(link->context, FALSE);
        GMainLoop* const outer = std::exchange(link->running, loop);
        g_main_loop_run(loop);
        g_main_loop_unref(loop);
        link->running = outer;
        if (link->host == nullptr && outer != nullptr) {
            g_main_loop_quit(outer);
        }
        return true;
    }

    GSource* attach(GSourceFuncs& functions, gint priority, const char* name)
    {
        GSource* const source = g_source_new(&functions, sizeof(detail::glib_source));
        reinterpret_cast<detail::glib_source*>(source)->link = link_.get();
        g_source_set_name(source, name);
        g_source_set_priority(source, priority);
        g_source_set_can_recurse(source, TRUE);
        (void)g_source_attach(source, link_->context);
        return source;
    }

    static gboolean first_prepare(GSource* source, gint* timeout) noexcept
    {
        *timeout = -1; // GLib knows the ready time.
        const gboolean ready = first_check(source);
        detail::glib_source::link_of(source).asked = ready == FALSE;
        return ready;
    }
    static gboolean first_check(GSource* source) noexcept
    {
        detail::glib_link& link = detail::glib_source::link_of(source);
        link.asked = false;
        return link.woken.load(std::memory_order_acquire) ? TRUE : FALSE;
    }
    static gboolean first_dispatch(GSource* source, GSourceFunc, gpointer) noexcept
    {
        return dispatch(detail::glib_source::link_of(source), false);
    }
    static gboolean second_prepare(GSource* source, gint* timeout) noexcept
    {
        *timeout = -1;
        return second_check(source);
    }
    static gboolean second_check(GSource* source) noexcept
    {
        return detail::glib_source::link_of(source).owed ? TRUE : FALSE;
    }
    static gboolean second_dispatch(GSource* source, GSourceFunc, gpointer) noexcept
    {
        return dispatch(detail::glib_source::link_of(source), true);
    }

    static gboolean dispatch(detail::glib_link& link, bool idle) noexcept
    {
        // Taken before the step: what wakes after it counts for the next one.
        link.woken.store(false, std::memory_order_seq_cst);
        if (link.owner != std::this_thread::get_id()) {
            g_source_set_ready_time(link.first, -1);
            link.owed = false;
            g_log("actor_rt", G_LOG_LEVEL_CRITICAL, "%s",
                  "the context is run by another thread than the one that called glib_host::start");
        } else {
            turn(link.shared_from_this(), idle);
        }
        return G_SOURCE_CONTINUE;
    }

    void arm(bool owed, std::optional<std::chrono::nanoseconds> timeout, time_point deadline) noexcept
    {
        link_->owed = owed;
        gint64 due = -1;
        if (timeout) {
            // GLib's clock is cut to microseconds, so the moment may be nearly one later than it says.
            due = g_get_monotonic_time() + std::chrono::ceil<std::chrono::microseconds>(*timeout).count() + 1;
            // A change costs a system call and a round of the loop. The same deadline, computed again from two clocks, comes
            // out a little earlier or later; never too early, so the time that is set will do.
            const gint64 set = g_source_get_ready_time(link_->first);
            if (deadline == deadline_ && set <= due + jitter.count() && set > g_get_monotonic_time()) {
                return;
            }
        }
        deadline_ = deadline;
        g_source_set_ready_time(link_->first, due);
    }

    static void print(const char* text) noexcept { g_log("actor_rt", G_LOG_LEVEL_WARNING, "%s", text); }
    void failed() noexcept { quit(); }

    std::shared_ptr<detail::glib_link> link_;
    time_point deadline_ = never; // The one that the first source's ready time stands for.
};

ACTOR_RT_END_NAMESPACE

#endif // ACTOR_RT_GLIB_HPP
