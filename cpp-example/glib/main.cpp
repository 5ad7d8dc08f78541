// Actors beside other work on a GLib loop, as in a GTK program: a plain g_timeout_add reports progress to an actor; at half
// time the actor opens a modal dialog, and goes on counting while that is open.
//
// Shows: glib_host on the default context, and a host call: the dialog runs a loop of its own, which must not happen inside
// a handler. The handler asks for it, the host runs it after the step, and its result comes back to the actor.
#include <actor_rt/glib.hpp>

#include <cstdio>

struct report {
    static constexpr std::string_view tag_name = "example.report";
    int percent;
};

/// What gtk_dialog_run does: returns when somebody has answered.
class dialog {
public:
    dialog() : loop_(g_main_loop_new(nullptr, FALSE)) {}
    dialog(const dialog&) = delete;
    dialog& operator=(const dialog&) = delete;
    ~dialog() { g_main_loop_unref(loop_); }

    const char* run()
    {
        g_main_loop_run(loop_);
        return answer_;
    }
    void answer(const char* text)
    {
        answer_ = text;
        g_main_loop_quit(loop_);
    }

private:
    GMainLoop* loop_;
    const char* answer_ = "";
};

struct monitor : actor_rt::actor<monitor, report> {
    explicit monitor(actor_rt::glib_host& where) : host(where) {}

    void on(actor_rt::context& cx, const report& message)
    {
        reports_in_dialog += open ? 1 : 0;
        if (message.percent == 50) {
            std::printf("at 50 %%: go on?\n");
            open.emplace();
            cx.host_call([this] { answer = open->run(); }, [this](actor_rt::context&) { closed(); });
        } else if (message.percent == 100) {
            open->answer("yes"); // In the place of the user, who would take longer.
        }
    }
    void closed()
    {
        std::printf("the dialog was open for %d reports\nthe answer: %s\n", reports_in_dialog, answer);
        open.reset();
        host.quit();
    }

    actor_rt::glib_host& host;
    std::optional<dialog> open;
    int reports_in_dialog = 0;
    const char* answer = "";
};

struct download {
    actor_rt::bound_ref<monitor> to;
    int percent = 0;
};

int main()
{
    actor_rt::glib_host host(g_main_context_default());
    download file;
    file.to = host.rt().bind(host.rt().spawn<monitor>(host));
    g_timeout_add(1, [](gpointer data) -> gboolean {
        auto* const self = static_cast<download*>(data);
        self->to.post(report{++self->percent});
        return self->percent < 100 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
    }, &file);

    host.run(); // A GTK program would call g_application_run here.
    std::printf("done\n");
}
