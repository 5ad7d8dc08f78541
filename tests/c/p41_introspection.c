/* A runtime shows itself: as a text in JSON, by counts of what was lost and done, and by where an actor is. */
#include "fake_host.h"

int main(void)
{
    fake_host host;
    recorder actor = {0};
    art_actor_config config;
    art_actor_counts counts = ART_ACTOR_COUNTS_INIT;
    art_located where = ART_LOCATED_INIT;
    art_dead_letter_counts letters = ART_DEAD_LETTER_COUNTS_INIT;
    art_group group = ART_GROUP_INIT;
    char text[2048], cut[9] = "????????", id[24];
    size_t len = 0;
    host_create(&host);
    config = recorder_config(&actor);
    config.name = "the \"one\"";
    CHECK_EQ(art_spawn(host.rt, &config, &actor.id), ART_OK);
    CHECK_EQ(art_name_register(host.rt, "known", ART_NUL_TERMINATED, actor.id), ART_OK);
    group.name = "workers";
    CHECK_EQ(art_group_join(host.rt, &group, actor.id), ART_OK);
    CHECK_EQ(art_set_counting(host.rt, 3), ART_INVALID_ARGUMENT);
    CHECK_EQ(art_set_counting(host.rt, ART_COUNT_BUSY_TIME), ART_OK);
    for (uint64_t word = 0; word < 3; word++) {
        CHECK_EQ(post_word(&host, actor.id, "x", word), ART_OK);
    }
    CHECK_EQ(art_timer_at(host.rt, actor.id, 0, host.now + 10, NULL, 0, NULL), ART_OK);
    CHECK_EQ(art_locate(host.rt, actor.id, &where), ART_OK);
    CHECK(where.life == ART_LIFE_READY && where.queued == 3 && where.timers == 1 && where.waiting == 0);

    CHECK_EQ(art_snapshot_json(host.rt, text, sizeof text, &len), ART_OK);
    CHECK(len > 100 && len < sizeof text && strlen(text) == len);
    CHECK(text[0] == '{' && text[len - 1] == '}');
    snprintf(id, sizeof id, "\"id\":\"%016llx\"", (unsigned long long)actor.id);
    CHECK(strstr(text, id) != NULL);
    CHECK(strstr(text, "\"name\":\"the \\\"one\\\"\"") != NULL);
    CHECK(strstr(text, "\"queued\":3") != NULL);
    CHECK(strstr(text, "\"names\":[\"known\"]") != NULL);
    CHECK(strstr(text, "\"group\":\"workers\"") != NULL);
    CHECK_EQ(art_snapshot_json(host.rt, cut, sizeof cut, &len), ART_OK);
    CHECK(strncmp(cut, text, 8) == 0 && cut[8] == '\0');
    CHECK_EQ(art_snapshot_json(host.rt, NULL, 0, &len), ART_OK);
    CHECK_EQ(len, strlen(text));
    CHECK_EQ(art_snapshot_json(host.rt, NULL, 1, &len), ART_NULL_POINTER);

    host_run(&host);
    CHECK_EQ(art_counts(host.rt, actor.id, &counts), ART_OK);
    CHECK(counts.messages == 3 && counts.most_pending == 3 && counts.busy_ns == 0);
    CHECK_EQ(art_set_counting(host.rt, ART_COUNT_NOTHING), ART_OK);
    CHECK_EQ(post_word(&host, actor.id, "x", 9), ART_OK);
    host_run(&host);
    CHECK_EQ(art_counts(host.rt, actor.id, &counts), ART_OK);
    CHECK_EQ(counts.messages, 3);

    CHECK_EQ(post_word(&host, actor.id, "x", 9), ART_OK);
    CHECK_EQ(art_kill(host.rt, actor.id, 0, NULL, 0), ART_OK);
    host_run(&host);
    CHECK_EQ(post_word(&host, actor.id, "x", 9), ART_NOT_FOUND);
    CHECK_EQ(art_dead_letters(host.rt, &letters), ART_OK);
    CHECK(letters.cancelled == 1 && letters.not_found == 1 && letters.full == 0 && letters.closed == 0);
    CHECK_EQ(art_locate(host.rt, actor.id, &where), ART_NOT_FOUND);
    CHECK_EQ(art_counts(host.rt, actor.id, &counts), ART_NOT_FOUND);
    letters.struct_size = 4;
    CHECK_EQ(art_dead_letters(host.rt, &letters), ART_STRUCT_SIZE);
    letters.struct_size = sizeof letters - 4;
    CHECK_EQ(art_dead_letters(host.rt, &letters), ART_STRUCT_SIZE);
    where.struct_size = 4;
    CHECK_EQ(art_locate(host.rt, actor.id, &where), ART_STRUCT_SIZE);
    CHECK_EQ(art_counts(host.rt, actor.id, NULL), ART_NULL_POINTER);
    host_destroy(&host);
    return finish();
}
