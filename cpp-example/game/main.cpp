// A game loop without any adapter: fixed frames, and in each of them one step of the actors with a budget, so that the
// frame rate stays whatever the actors have to do.
//
//     example_game                 two seconds of frames in real time
//     example_game --virtual 300   as many frames as fast as they go, the same ones each time
//
// Shows: a host that has no `wake` and asks for nothing, since it steps every frame anyway; time that the host makes, frame
// by frame; a budget that spreads much work over several frames; timers in game time.
#include <actor_rt.hpp>

#include <cstdio>
#include <vector>
#include <cstring>
#include <thread>

using namespace std::chrono_literals;

constexpr std::chrono::nanoseconds frame_length = 16666667ns; // 60 Hz

/// Game time: that of the frame, plus what has passed within it. In virtual time only what handlers say they spend passes.
class game_clock {
public:
    explicit game_clock(bool virtual_time) : virtual_(virtual_time) {}

    void begin_frame()
    {
        frame_ += frame_length;
        began_ = std::chrono::steady_clock::now();
        spent_ = 0ns;
    }
    std::chrono::nanoseconds now() const
    {
        const std::chrono::nanoseconds within = virtual_ ? spent_ : std::chrono::steady_clock::now() - began_;
        return frame_ + std::min(within, frame_length - 1ns); // The next frame begins when the host says so.
    }
    /// A handler's work: time passes by itself, or by its word.
    void work(std::chrono::nanoseconds how_long)
    {
        if (virtual_) {
            spent_ += how_long;
        } else {
            std::this_thread::sleep_for(how_long);
        }
    }
    void wait_for_next_frame() const
    {
        if (!virtual_) {
            std::this_thread::sleep_until(began_ + frame_length);
        }
    }

private:
    bool virtual_;
    std::chrono::nanoseconds frame_{0};
    std::chrono::nanoseconds spent_{0};
    std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

struct think {
    static constexpr std::string_view tag_name = "example.think";
};
struct explode {
    static constexpr std::string_view tag_name = "example.explode";
};

/// What the game draws from; actors and the game's own code share it, as they share the thread.
struct world {
    game_clock& clock;
    int thoughts = 0;
    int explosions = 0;
};

struct enemy : actor_rt::actor<enemy, think> {
    explicit enemy(world& where) : place(where) {}
    void on(actor_rt::context&, think)
    {
        place.clock.work(400us);
        ++place.thoughts;
    }
    world& place;
};

struct bomb : actor_rt::actor<bomb, explode> {
    explicit bomb(world& where) : place(where) {}
    void on_start(actor_rt::context& cx) { cx.after(1500ms, explode{}); }
    void on(actor_rt::context& cx, explode)
    {
        ++place.explosions;
        cx.after(1500ms, explode{});
    }
    world& place;
};

int main(int count, char** arguments)
{
    const bool virtual_time = count == 3 && std::strcmp(arguments[1], "--virtual") == 0;
    const int frames = virtual_time ? std::atoi(arguments[2]) : 120;
    constexpr int enemies = 96;

    game_clock clock(virtual_time);
    world place{clock};
    actor_rt::options how;
    how.clock([&clock] { return clock.now(); });
    actor_rt::runtime rt(std::move(how));

    std::vector<actor_rt::actor_ref<enemy>> crowd;
    for (int number = 0; number < enemies; ++number) {
        crowd.push_back(rt.spawn<enemy>(place));
    }
    rt.spawn<bomb>(place);
    clock.begin_frame();
    rt.run_until_idle(); // Before the first frame nobody waits for one.
    for (const auto one : crowd) {
        rt.post(one, think{}); // 38 ms of work: more than two frames.
    }

    const actor_rt::budget limits = {1000, 2ms, false};
    std::uint64_t most = 0;
    bool told = false;
    for (int frame = 1; frame <= frames; ++frame) {
        clock.begin_frame();
        // 1. Input would be read here, and posted to actors.
        // 2. The actors: what is left over when the budget is used up comes in the next frame.
        const actor_rt::step_result result = rt.step(actor_rt::clock_now, limits);
        most = std::max(most, result.handled);
        // 3. The picture.
        if (place.thoughts == enemies && !told) {
            told = true;
            std::printf("frame %d: all %d enemies have thought\n", frame, enemies);
        }
        if (frame % 60 == 0) {
            std::printf("frame %d: %d explosions\n", frame, place.explosions);
        }
        clock.wait_for_next_frame();
    }
    std::printf("at most %d messages a frame\n", static_cast<int>(most));
    return 0;
}
