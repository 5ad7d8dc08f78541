/* Two runtimes on one thread: stepped in turn, one even inside a handler of the other, and never mixed up. */
#include "fake_host.h"

static fake_host first, second;
static recorder here, there;

static art_status step_the_other(recorder *self, art_context *context, const art_msg *message)
{
    (void)self;
    (void)message;
    CHECK(art_context_runtime(context) == first.rt);
    CHECK_EQ(post_word(&second, there.id, "x", 1), ART_OK);
    CHECK_EQ(host_run(&second), 1);
    CHECK(art_context_runtime(context) == first.rt);
    CHECK_EQ(art_context_self(context), here.id);
    return ART_OK;
}

int main(void)
{
    host_create(&first);
    host_create(&second);
    here.handle = step_the_other;
    recorder_spawn(&here, &first);
    recorder_spawn(&there, &second);
    host_run(&first);
    host_run(&second);
    CHECK_EQ(art_post(first.rt, there.id, art_tag("x"), NULL, 0), ART_WRONG_RUNTIME);
    CHECK_EQ(post_word(&first, here.id, "x", 1), ART_OK);
    CHECK_EQ(host_run(&first), 1);
    CHECK_EQ(there.count, 1);
    host_destroy(&first);
    CHECK_EQ(post_word(&second, there.id, "x", 1), ART_OK);
    CHECK_EQ(host_run(&second), 1);
    host_destroy(&second);
    return finish();
}
