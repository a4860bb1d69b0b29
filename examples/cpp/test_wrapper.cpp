// What hedgerow.hpp promises, without a network.
#include <cstdio>
#include <thread>
#include <type_traits>

#include "hedgerow.hpp"

namespace {

int passed = 0, failed = 0;

void expect(bool holds, const char *what, int line) {
    if (holds) {
        passed++;
    } else {
        failed++;
        std::printf("line %d: %s\n", line, what);
    }
}
#define EXPECT(what) expect((what), #what, __LINE__)

using namespace std::chrono_literals;

const hedgerow::time_point start{};

void silence_is_hedged() {
    hedgerow::race race({{0}, {1}}, start);
    const auto first = race.poll(start);
    EXPECT(std::get<hedgerow::start>(first).endpoint == 0);
    EXPECT(std::get<hedgerow::start>(first).reason == hedgerow::reason::find("first_choice"));
    EXPECT(std::get<hedgerow::wait>(race.poll(start)).until == start + 250ms);
    const auto hedge = std::get<hedgerow::start>(race.poll(start + 250ms));
    EXPECT(hedge.endpoint == 1 && hedge.reason.name() == "hedge");
    race.handle_head(start + 260ms, hedge.attempt);
    bool committed = false, observed = false;
    std::optional<hedgerow::done> end;
    while (race.drain(start + 260ms, nullptr, [&](const auto &output) {
        using output_type = std::decay_t<decltype(output)>;
        if constexpr (std::is_same_v<output_type, hedgerow::commit>) {
            committed = true;
            race.handle_commit(start + 260ms, output.attempt);
        } else if constexpr (std::is_same_v<output_type, hedgerow::observe>) {
            observed = true;
        } else if constexpr (std::is_same_v<output_type, hedgerow::done>) {
            end = output;
        }
    })) {
    }
    EXPECT(committed && observed);
    EXPECT(end && end->winner == hedge.attempt);
}

void handles_move_and_free_themselves() {
    static_assert(!std::is_copy_constructible_v<hedgerow::race>);
    static_assert(std::is_nothrow_move_constructible_v<hedgerow::race>);
    static_assert(!std::is_copy_constructible_v<hedgerow::pool>);
    static_assert(std::is_copy_constructible_v<hedgerow::snapshot>);
    std::vector<hedgerow::race> races;
    for (int i = 0; i < 100; i++) races.emplace_back(std::vector<hedgerow::candidate>{{0}}, start);
    hedgerow::race moved = std::move(races.front());
    EXPECT(std::holds_alternative<hedgerow::start>(moved.poll(start)));
}

void misuse_throws() {
    hedgerow::race race({{0}}, start);
    try {
        race.handle_head(start, 7);
        EXPECT(!"it was taken");
    } catch (const hedgerow::error &error) {
        EXPECT(error.status() == HEDGEROW_UNKNOWN);
        EXPECT(std::string_view(error.what()).size() > 10);
    }
    auto settings = hedgerow::monitor::settings();
    settings.probing = 1;
    settings.interval_us = 0;
    try {
        const hedgerow::monitor monitor(1, start, 7, settings);
        EXPECT(!"it was taken");
    } catch (const hedgerow::error &error) {
        EXPECT(error.status() == HEDGEROW_INVALID_CONFIG);
    }
}

void nobody_to_ask() {
    hedgerow::race race({}, start);
    const auto end = std::get<hedgerow::done>(race.poll(start));
    EXPECT(!end.winner && end.reason.name() == "no_eligible_endpoint");
}

void failures_lead_to_another_endpoint() {
    hedgerow::pool pool({{"a"}, {"b", 1}});
    hedgerow::monitor monitor(2, start, 7);
    hedgerow::picker picker(7);
    hedgerow_observation failure{};
    failure.kind = HEDGEROW_FAILURE;
    failure.reason = HEDGEROW_REASON_TIMEOUT;
    const auto before = pool.take_snapshot(start);
    for (int i = 0; i < 5; i++) monitor.observe(start, failure);
    std::size_t changes = 0;
    const auto until = monitor.drain(start, [&](const hedgerow_monitor_output &output) {
        if (output.kind != HEDGEROW_MONITOR_HEALTH_CHANGED) return;
        changes++;
        pool.set_health(start, output.endpoint, static_cast<hedgerow_health>(output.health));
    });
    EXPECT(changes == 1 && until > start && until != hedgerow::never);
    const auto after = pool.take_snapshot(start);
    EXPECT(before.draw(picker)->endpoint == 0);
    EXPECT(after.draw(picker)->endpoint == 1);
    EXPECT(after.others(picker, 1, 2) == std::vector<hedgerow::endpoint_id>{0});
    EXPECT(monitor.hedge_delay(0) == 250ms);
}

void threads_share_a_snapshot() {
    hedgerow::pool pool({{"a"}, {"b"}, {"c"}});
    const auto shared = std::make_unique<hedgerow::snapshot>(pool.take_snapshot(start));
    std::vector<std::thread> threads;
    std::vector<int> found(4);
    for (std::size_t i = 0; i < found.size(); i++) {
        threads.emplace_back([own = *shared, i, &found] {
            hedgerow::picker picker(i);
            for (int n = 0; n < 1000; n++) found[i] += own.draw(picker)->endpoint < 3;
        });
    }
    for (auto &thread : threads) thread.join();
    EXPECT(found == std::vector<int>(4, 1000));
    EXPECT(shared->keyed("session")->endpoint == shared->keyed("session")->endpoint);
}

void names() {
    EXPECT(hedgerow::version() == HEDGEROW_VERSION);
    EXPECT(hedgerow::reason(HEDGEROW_REASON_TIMEOUT).name() == "timeout");
    EXPECT(!hedgerow::reason(HEDGEROW_REASON_TIMEOUT).description().empty());
    const auto asset = hedgerow::classify("/widget/loader.js");
    EXPECT(asset.class_name == "entry_point" && !asset.immutable);
}

}  // namespace

int main() {
    silence_is_hedged();
    handles_move_and_free_themselves();
    misuse_throws();
    nobody_to_ask();
    failures_lead_to_another_endpoint();
    threads_share_a_snapshot();
    names();
    std::printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
