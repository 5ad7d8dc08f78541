/*
 * wordhub: puts the parts together, runs them, and compares what the actors counted with the independent count.
 */
#include "checks.hpp"
#include "client.hpp"
#include "console.hpp"
#include "corpus.hpp"
#include "loop.hpp"
#include "options.hpp"
#include "reference.hpp"
#include "report.hpp"
#include "server.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace {

using namespace wordhub;

/// Silence that the streaming connections are allowed: more than any stall of a busy machine.
constexpr std::chrono::minutes stream_idle(10);

struct finished_run {
    run_result result;
    /// The hub's report; none if there is none or it cannot be read.
    std::optional<report> counted;
    statistics host;
    /// From the client's start to the end of the last stream.
    std::chrono::nanoseconds took{0};
    std::uint64_t finished = 0;
    std::uint64_t idle = 0;
    std::uint64_t failed = 0;
    std::uint64_t most_uncredited = 0;
    std::uint64_t pauses = 0;
};

/// Everything with the runtime in it. When this returns, the runtime, the sockets and the threads are gone.
finished_run run(const options& chosen, std::vector<script> streams, std::vector<script> idlers)
{
    finished_run made;
    const std::unique_ptr<loop> events = make_loop(chosen.loop);
    actor_rt::runtime& rt = events->runtime();

    server sockets(*events);
    const auto server_ref = rt.spawn<server_actor>(sockets);
    const auto console_ref = rt.spawn<console>(*events, chosen.limit, made.result);

    wordhub_config config = {};
    config.server = server_ref.id();
    config.console = console_ref.id();
    config.tick_ns = 250000000;
    config.shards = 8;
    config.parsers = 4;
    art_actor hub_id = 0;
    if (wordhub_spawn(rt.get(), &config, &hub_id) != ART_OK) {
        throw std::runtime_error("wordhub_spawn: " + rt.last_message());
    }
    const actor_rt::actor_ref<hub_protocol> hub(hub_id);
    (void)rt.post(console_ref, hub_made{hub});

    client_plan plan;
    plan.stream_port = sockets.listen(hub, stream_idle);
    plan.idle_port = sockets.listen(hub, chosen.idle);
    plan.seed = chosen.seed;
    const std::size_t connections = streams.size() + idlers.size();
    plan.streams = std::move(streams);
    plan.idlers = std::move(idlers);
    sockets.when_closed(connections, [&rt, console_ref] { (void)rt.post(console_ref, all_closed{}); });

    const auto began = std::chrono::steady_clock::now();
    // The client's thread reaches the console through a remote, which may outlive the runtime.
    client sender(std::move(plan), [remote = rt.make_remote(), console_ref](const std::string& trouble) {
        (void)remote.post(console_ref, client_done{trouble});
    });
    events->run();

    made.took = sockets.last_finished() - began;
    made.host = events->measured();
    made.finished = sockets.ended_by(WORDHUB_FINISHED);
    made.idle = sockets.ended_by(WORDHUB_IDLE);
    made.failed = sockets.ended_by(WORDHUB_FAILED);
    made.most_uncredited = sockets.most_uncredited();
    made.pauses = sockets.pauses();
    made.counted = read_report(made.result.answer);
    return made;
}

/// A word that fits into a column.
std::string shortened(const std::string& word)
{
    constexpr std::size_t most = 16;
    return word.size() <= most ? word : word.substr(0, most - 3) + "...";
}

void print_top(const tally& counted, const tally& expected)
{
    std::vector<std::pair<std::string, std::uint64_t>> words(counted.words.begin(), counted.words.end());
    const auto more = [](const auto& a, const auto& b) { return a.second != b.second ? a.second > b.second : a.first < b.first; };
    const std::size_t shown = std::min<std::size_t>(10, words.size());
    std::partial_sort(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(shown), words.end(), more);
    std::printf("\n%-16s %14s %14s\n", "word", "actors", "independent");
    for (std::size_t i = 0; i < shown; ++i) {
        const auto found = expected.words.find(words[i].first);
        std::printf("%-16s %14llu %14llu\n", shortened(words[i].first).c_str(), static_cast<unsigned long long>(words[i].second),
                    found == expected.words.end() ? 0ull : static_cast<unsigned long long>(found->second));
    }
}

void print_run(const finished_run& run)
{
    const double seconds = std::chrono::duration<double>(run.took).count();
    const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
    std::printf("\n%.2f s: %.1f MB/s, %.0f lines/s, %.0f messages/s; %llu wakes for %llu steps; worst step %lld us, mean %.1f us\n",
                seconds, static_cast<double>(run.counted->progress.bytes) / seconds / 1e6,
                static_cast<double>(run.counted->progress.lines) / seconds,
                static_cast<double>(run.host.messages) / seconds, number(run.counted->progress.wakes),
                number(run.host.steps), static_cast<long long>(run.host.worst_step.count() / 1000),
                static_cast<double>(run.host.stepping.count()) / 1e3 / static_cast<double>(std::max<std::uint64_t>(1, run.host.steps)));
    std::printf("%llu failures of parsers, each replaced; reading was paused %llu times\n", number(run.result.failures),
                number(run.pauses));
    std::printf("worker thread: %s\n\n", run.result.last_summary.c_str());
}

/// Compares everything. Returns how many checks failed.
unsigned judge(const finished_run& run, const tally& expected, const options& chosen)
{
    checks verdict;
    const std::string& trouble = run.result.trouble;
    verdict.note("the run came to its end", trouble.empty(), trouble);
    verdict.note("the report can be read", run.counted.has_value(), "");
    if (run.counted) {
        const wordhub_progress& progress = run.counted->progress;
        const tally& counted = run.counted->counted;
        verdict.same("bytes", counted.bytes, expected.bytes);
        verdict.same("lines", counted.lines, expected.lines);
        verdict.same("distinct words", counted.words.size(), expected.words.size());
        verdict.same_words(counted, expected);
        verdict.same("poison lines left out", counted.poison, expected.poison);
        verdict.note("a parser failed for each", progress.restarts >= expected.poison && progress.restarts == run.result.failures,
                     std::to_string(progress.restarts) + " restarts");
        verdict.same("streams finished", run.finished, chosen.streams);
        verdict.same("idle connections closed", run.idle, chosen.idlers);
        verdict.same("sessions failed", run.failed, 0);
        verdict.same("sessions left over", progress.sessions, 0);
        const std::uint64_t bound = server::window + server::read_size;
        verdict.note("reading kept to its window", run.most_uncredited <= bound,
                     std::to_string(run.most_uncredited) + " of " + std::to_string(bound) + " bytes");
        verdict.note("the worker thread answered", progress.summaries > 0, std::to_string(progress.summaries) + " summaries");
        verdict.note("no more wakes than steps", progress.wakes <= run.host.steps,
                     std::to_string(progress.wakes) + " wakes, " + std::to_string(run.host.steps) + " steps");
    }
    std::printf("%u passed, %u failed\n", verdict.passed(), verdict.failed());
    return verdict.failed();
}

int run_program(const options& chosen)
{
    const corpus texts(chosen.files);
    const std::vector<script> streams = texts.streams(chosen.bytes, chosen.streams);
    const std::vector<script> idlers = texts.idlers(chosen.idlers);
    std::printf("%zu files, %.1f MB; streaming %.1f MB over %u connections on %s, and %u that go silent\n", texts.files(),
                static_cast<double>(texts.bytes()) / 1e6, static_cast<double>(chosen.bytes) / 1e6, chosen.streams,
                chosen.loop == loop_kind::uv ? "libuv" : "poll", chosen.idlers);
    std::fflush(stdout);

    const finished_run done = run(chosen, streams, idlers);

    tally expected;
    for (const script& one : streams) {
        count(one, expected);
    }
    for (const script& one : idlers) {
        count(one, expected);
    }
    if (done.counted) {
        print_top(done.counted->counted, expected);
        print_run(done);
    }
    return judge(done, expected, chosen) == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
    options chosen;
    try {
        chosen = parse_options(argc, argv);
    } catch (const std::invalid_argument& error) {
        std::fprintf(stderr, "wordhub: %s\n\n%s", error.what(), usage);
        return 2;
    }
    try {
        return run_program(chosen);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "wordhub: %s\n", error.what());
        return 1;
    }
}
