// Hedgerow for C++17, header only: objects that free themselves, exceptions in
// place of statuses, std::chrono in place of microseconds. Link with libhedgerow.
//
// Every handle is move-only, but snapshots, which are copied by sharing. Texts
// are std::string_view; those that the library gives out live as long as the
// program. Which thread may do what is as hedgerow.h says.
#ifndef HEDGEROW_HPP
#define HEDGEROW_HPP

#include <hedgerow.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hedgerow {

namespace detail {

inline std::string_view view(hedgerow_str text) { return {text.data, text.len}; }

template <auto Free>
struct freer {
    template <class T>
    void operator()(T *object) const noexcept {
        // It fails only for what is no object, which this never holds.
        (void)Free(object);
    }
};

template <class T, auto Free>
using owned = std::unique_ptr<T, freer<Free>>;

}  // namespace detail

/// A call that the library refused.
class error : public std::runtime_error {
public:
    error(hedgerow_status status, const std::string &message)
        : std::runtime_error(message), status_(status) {}

    hedgerow_status status() const noexcept { return status_; }

private:
    hedgerow_status status_;
};

/// Throws what a status says, unless it is HEDGEROW_OK.
inline void check(hedgerow_status status, const hedgerow_error *why = nullptr) {
    if (status == HEDGEROW_OK) return;
    if (why != nullptr && why->message[0] != '\0') throw error(status, why->message);
    hedgerow_str message{};
    if (hedgerow_status_message(status, &message) != HEDGEROW_OK) throw error(status, "unknown status");
    throw error(status, std::string(detail::view(message)));
}

/// The release of the library that runs.
inline std::string_view version() {
    hedgerow_str text{};
    check(hedgerow_version(&text));
    return detail::view(text);
}

// Time.

using duration = std::chrono::microseconds;
/// Of any monotonic clock; by `now()` the steady one.
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;
/// No moment.
inline constexpr time_point never = time_point::max();

inline time_point now() {
    return std::chrono::time_point_cast<duration>(std::chrono::steady_clock::now());
}

namespace detail {

inline std::uint64_t us(time_point moment) {
    return moment == never ? HEDGEROW_NEVER : static_cast<std::uint64_t>(moment.time_since_epoch().count());
}

inline time_point moment(std::uint64_t us) {
    using rep = duration::rep;
    return us >= static_cast<std::uint64_t>(duration::max().count()) ? never : time_point(duration(static_cast<rep>(us)));
}

inline std::uint64_t us(std::optional<duration> span) {
    return span ? static_cast<std::uint64_t>(span->count()) : HEDGEROW_NEVER;
}

}  // namespace detail

/// Why something was decided: a stable number with a stable name.
class reason {
public:
    constexpr explicit reason(std::uint16_t code) noexcept : code_(code) {}

    static reason find(std::string_view name) {
        std::uint16_t code = 0;
        check(hedgerow_reason_find(name.data(), name.size(), &code));
        return reason(code);
    }

    constexpr std::uint16_t code() const noexcept { return code_; }

    std::string_view name() const {
        hedgerow_str text{};
        check(hedgerow_reason_name(code_, &text));
        return detail::view(text);
    }

    std::string_view description() const {
        hedgerow_str text{};
        check(hedgerow_reason_description(code_, &text));
        return detail::view(text);
    }

    friend constexpr bool operator==(reason a, reason b) noexcept { return a.code_ == b.code_; }
    friend constexpr bool operator!=(reason a, reason b) noexcept { return !(a == b); }

private:
    std::uint16_t code_;
};

/// What a URL says of its asset. When it is not sure, the bytes may change.
struct asset {
    std::string_view class_name;
    bool immutable;
    hedgerow::reason reason;
};

inline asset classify(std::string_view url) {
    hedgerow_classification found{};
    hedgerow_str name{};
    check(hedgerow_classify(url.data(), url.size(), nullptr, &found));
    check(hedgerow_class_name(found.class_code, &name));
    return {detail::view(name), found.immutable != 0, reason(found.reason)};
}

using endpoint_id = std::uint16_t;
using attempt_id = std::uint16_t;

// Races.

/// An endpoint that a race may use.
struct candidate {
    endpoint_id endpoint;
    /// Silence after which another is asked beside it; none for never.
    std::optional<duration> hedge_delay = std::chrono::milliseconds(250);
    duration attempt_timeout = std::chrono::seconds(3);
};

/// What a race asks for, or tells.
struct start { attempt_id attempt; endpoint_id endpoint; hedgerow::reason reason; };
struct cancel { attempt_id attempt; hedgerow::reason reason; };
struct commit { attempt_id attempt; };
struct ended { attempt_id attempt; hedgerow::reason reason; };
struct observe { hedgerow_observation observation; };
struct refused { attempt_id attempt; hedgerow::reason reason; };
struct wait { time_point until; };
/// With the attempt that was committed, or with none and why.
struct done { std::optional<attempt_id> winner; hedgerow::reason reason; };
/// Of a newer library, and to be ignored.
struct unknown {};

using race_output = std::variant<unknown, start, cancel, commit, ended, observe, refused, wait, done>;

/// What keeps failover from multiplying load; the races of a thread share one.
class budget {
public:
    explicit budget(std::uint32_t retry_percent = 20, std::uint32_t retries_per_second = 10) {
        hedgerow_budget *made = nullptr;
        check(hedgerow_budget_new(retry_percent, retries_per_second, &made));
        handle_.reset(made);
    }

    void count_request(time_point now) { check(hedgerow_budget_count_request(get(), detail::us(now))); }
    void observe(time_point now, const hedgerow_observation &seen) {
        check(hedgerow_budget_observe(get(), detail::us(now), &seen));
    }
    hedgerow_budget *get() const noexcept { return handle_.get(); }

private:
    detail::owned<hedgerow_budget, hedgerow_budget_free> handle_;
};

/// The settings of a race, with the defaults of a proxy or a browser.
inline hedgerow_race_settings race_settings(hedgerow_profile profile = HEDGEROW_PROFILE_PROXY) {
    hedgerow_race_settings settings{};
    check(hedgerow_race_settings_init(&settings, sizeof settings, profile));
    return settings;
}

/// One request raced over several endpoints. After each input, and when the
/// moment of the last `wait` has come, call `drain`.
class race {
public:
    race(const std::vector<candidate> &candidates, time_point now,
         const hedgerow_race_settings &settings = race_settings()) {
        std::vector<hedgerow_candidate> given(candidates.size());
        for (std::size_t i = 0; i < candidates.size(); i++) {
            given[i].endpoint = candidates[i].endpoint;
            given[i].hedge_delay_us = detail::us(candidates[i].hedge_delay);
            given[i].attempt_timeout_us = detail::us(std::optional(candidates[i].attempt_timeout));
        }
        hedgerow_race *made = nullptr;
        check(hedgerow_race_new(&settings, given.data(), given.size(), detail::us(now), &made));
        handle_.reset(made);
    }

    void handle_head(time_point now, attempt_id attempt) {
        check(hedgerow_race_handle_head(get(), detail::us(now), attempt));
    }
    void handle_progress(time_point now, attempt_id attempt, std::uint64_t bytes) {
        check(hedgerow_race_handle_progress(get(), detail::us(now), attempt, bytes));
    }
    void handle_complete(time_point now, attempt_id attempt) {
        check(hedgerow_race_handle_complete(get(), detail::us(now), attempt));
    }
    void handle_failure(time_point now, attempt_id attempt, reason why) {
        check(hedgerow_race_handle_failure(get(), detail::us(now), attempt, why.code()));
    }
    /// Without a reason it succeeded.
    void handle_commit(time_point now, attempt_id attempt, std::optional<reason> failure = std::nullopt) {
        const std::uint16_t code = failure ? failure->code() : std::uint16_t{0};
        check(hedgerow_race_handle_commit(get(), detail::us(now), attempt, code));
    }
    void handle_ejected(time_point now, endpoint_id endpoint) {
        check(hedgerow_race_handle_ejected(get(), detail::us(now), endpoint));
    }
    void handle_cancel(time_point now, reason why) {
        check(hedgerow_race_handle_cancel(get(), detail::us(now), why.code()));
    }

    race_output poll(time_point now, budget *limits = nullptr) {
        hedgerow_race_output output{};
        check(hedgerow_race_poll(get(), detail::us(now), limits != nullptr ? limits->get() : nullptr, &output));
        return plain(output);
    }

    /// Hands each output to `visitor`, up to and with `wait` or `done`. Gives the
    /// moment to come back at; none if the race is over.
    template <class Visitor>
    std::optional<time_point> drain(time_point now, budget *limits, Visitor &&visitor) {
        for (;;) {
            const race_output output = poll(now, limits);
            std::visit(visitor, output);
            if (const auto *waits = std::get_if<wait>(&output)) return waits->until;
            if (std::holds_alternative<done>(output)) return std::nullopt;
        }
    }

    hedgerow_race *get() const noexcept { return handle_.get(); }

private:
    static race_output plain(const hedgerow_race_output &output) {
        const reason why(output.reason);
        switch (output.kind) {
        case HEDGEROW_RACE_START: return start{output.attempt, output.endpoint, why};
        case HEDGEROW_RACE_CANCEL: return cancel{output.attempt, why};
        case HEDGEROW_RACE_COMMIT: return commit{output.attempt};
        case HEDGEROW_RACE_ENDED: return ended{output.attempt, why};
        case HEDGEROW_RACE_OBSERVE: return observe{output.observation};
        case HEDGEROW_RACE_REFUSED: return refused{output.attempt, why};
        case HEDGEROW_RACE_WAIT: return wait{detail::moment(output.until)};
        case HEDGEROW_RACE_DONE:
            if (output.attempt == HEDGEROW_NO_ATTEMPT) return done{std::nullopt, why};
            return done{output.attempt, why};
        default: return unknown{};
        }
    }

    detail::owned<hedgerow_race, hedgerow_race_free> handle_;
};

// Endpoints.

/// An endpoint of a pool; its id is its position.
struct endpoint {
    std::string_view name;
    std::uint16_t priority = 0;
    std::uint16_t weight = 100;
};

/// An endpoint, and why it is this one.
struct pick {
    endpoint_id endpoint;
    hedgerow::reason reason;
};

/// A worker's own state for picking. Workers need different seeds.
class picker {
public:
    explicit picker(std::uint64_t seed, std::uint32_t first_turn = 0) {
        hedgerow_picker *made = nullptr;
        check(hedgerow_picker_new(seed, first_turn, &made));
        handle_.reset(made);
    }
    hedgerow_picker *get() const noexcept { return handle_.get(); }

private:
    detail::owned<hedgerow_picker, hedgerow_picker_free> handle_;
};

/// A pool at one moment. Any number of threads may read it; a copy shares it.
class snapshot {
public:
    /// Takes over a share.
    explicit snapshot(const hedgerow_snapshot *share) noexcept : handle_(share) {}
    snapshot(const snapshot &other) {
        const hedgerow_snapshot *share = nullptr;
        check(hedgerow_snapshot_share(other.get(), &share));
        handle_.reset(share);
    }
    snapshot(snapshot &&) noexcept = default;
    snapshot &operator=(snapshot other) noexcept {
        handle_.swap(other.handle_);
        return *this;
    }

    /// None if no endpoint may be used.
    std::optional<pick> draw(picker &by) const {
        hedgerow_pick found{};
        return picked(hedgerow_snapshot_draw(get(), 0, by.get(), &found), found);
    }
    /// Always the same one for a key, while it is available.
    std::optional<pick> keyed(std::string_view key) const {
        std::uint64_t number = 0;
        hedgerow_pick found{};
        check(hedgerow_key_of(key.data(), key.size(), &number));
        return picked(hedgerow_snapshot_keyed(get(), 0, number, &found), found);
    }
    /// Who else may be asked, the best first, `most` at most.
    std::vector<endpoint_id> others(picker &by, endpoint_id first, std::size_t most) const {
        std::vector<endpoint_id> found(most);
        std::size_t count = 0;
        check(hedgerow_snapshot_others(get(), 0, by.get(), first, found.data(), most, &count));
        found.resize(count);
        return found;
    }
    const hedgerow_snapshot *get() const noexcept { return handle_.get(); }

private:
    static std::optional<pick> picked(hedgerow_status status, const hedgerow_pick &found) {
        if (status == HEDGEROW_REFUSED) return std::nullopt;
        check(status);
        return pick{found.endpoint, reason(found.reason)};
    }

    detail::owned<const hedgerow_snapshot, hedgerow_snapshot_free> handle_;
};

/// Endpoints, as their owner changes them.
class pool {
public:
    explicit pool(const std::vector<endpoint> &endpoints) {
        std::vector<hedgerow_endpoint> given(endpoints.size());
        for (std::size_t i = 0; i < endpoints.size(); i++) {
            given[i].name = endpoints[i].name.data();
            given[i].name_len = endpoints[i].name.size();
            given[i].priority = endpoints[i].priority;
            given[i].weight = endpoints[i].weight;
        }
        hedgerow_pool *made = nullptr;
        hedgerow_error why{};
        check(hedgerow_pool_new(given.data(), given.size(), nullptr, nullptr, &made, &why), &why);
        handle_.reset(made);
    }

    void set_health(time_point now, endpoint_id endpoint, hedgerow_health health) {
        check(hedgerow_pool_set_health(get(), detail::us(now), endpoint, health));
    }
    /// Until a moment, or for ever.
    void set_service(time_point now, endpoint_id endpoint, hedgerow_service service, time_point until = never) {
        check(hedgerow_pool_set_service(get(), detail::us(now), endpoint, service, detail::us(until)));
    }
    snapshot take_snapshot(time_point now) {
        const hedgerow_snapshot *taken = nullptr;
        check(hedgerow_pool_snapshot(get(), detail::us(now), &taken));
        return snapshot(taken);
    }
    hedgerow_pool *get() const noexcept { return handle_.get(); }

private:
    detail::owned<hedgerow_pool, hedgerow_pool_free> handle_;
};

/// Watches endpoints: `drain` after each input, and at the moment that it gave.
class monitor {
public:
    static hedgerow_monitor_settings settings() {
        hedgerow_monitor_settings defaults{};
        check(hedgerow_monitor_settings_init(&defaults, sizeof defaults));
        return defaults;
    }

    monitor(std::uint16_t endpoints, time_point now, std::uint32_t seed,
            const hedgerow_monitor_settings &settings = monitor::settings()) {
        hedgerow_monitor *made = nullptr;
        hedgerow_error why{};
        check(hedgerow_monitor_new(endpoints, &settings, detail::us(now), seed, &made, &why), &why);
        handle_.reset(made);
    }

    void observe(time_point now, const hedgerow_observation &seen) {
        check(hedgerow_monitor_observe(get(), detail::us(now), &seen));
    }
    /// Without a reason it passed.
    void handle_probe(time_point now, endpoint_id endpoint, std::uint32_t lease, duration latency,
                      std::optional<reason> failure = std::nullopt) {
        const std::uint16_t code = failure ? failure->code() : std::uint16_t{0};
        check(hedgerow_monitor_handle_probe(get(), detail::us(now), endpoint, lease, code,
                                            detail::us(std::optional(latency))));
    }
    /// How long a race waits for an endpoint before it asks another.
    duration hedge_delay(endpoint_id endpoint) const {
        hedgerow_latency latency{};
        std::uint64_t delay = 0;
        check(hedgerow_monitor_latency(get(), endpoint, &latency));
        check(hedgerow_hedge_delay(&latency, &delay));
        return duration(static_cast<duration::rep>(delay));
    }
    /// Hands each output but the last to `visitor`; gives when to come back.
    template <class Visitor>
    time_point drain(time_point now, Visitor &&visitor) {
        hedgerow_monitor_output output{};
        for (;;) {
            check(hedgerow_monitor_poll(get(), detail::us(now), &output));
            if (output.kind == HEDGEROW_MONITOR_WAIT) return detail::moment(output.until);
            visitor(static_cast<const hedgerow_monitor_output &>(output));
        }
    }
    hedgerow_monitor *get() const noexcept { return handle_.get(); }

private:
    detail::owned<hedgerow_monitor, hedgerow_monitor_free> handle_;
};

}  // namespace hedgerow

#endif
