// Fetches a path from the first of several servers that delivers it: a thread for
// each attempt, and the race with the one that waits for them.
//
//     fetch PATH ADDRESS:PORT...
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <iostream>
#include <mutex>
#include <thread>

#include "hedgerow.hpp"

namespace {

using hedgerow::attempt_id;

struct failure {
    std::uint16_t reason;
};

class connection {
public:
    explicit connection(const std::string &address) {
        const auto colon = address.rfind(':');
        to_.sin_family = AF_INET;
        if (colon == std::string::npos ||
            inet_pton(AF_INET, address.substr(0, colon).c_str(), &to_.sin_addr) != 1)
            throw std::invalid_argument(address + " is no numeric address with a port");
        to_.sin_port = htons(static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))));
        fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    }
    connection(const connection &) = delete;
    connection &operator=(const connection &) = delete;
    ~connection() { close(fd_); }

    /// Ends what another thread waits for.
    void stop() { shutdown(fd_, SHUT_RDWR); }

    /// The body. Throws `failure`.
    std::string get(const std::string &path, const std::function<void(std::size_t)> &on_progress) {
        const std::string request = "GET " + path + " HTTP/1.0\r\nConnection: close\r\n\r\n";
        if (connect(fd_, reinterpret_cast<const sockaddr *>(&to_), sizeof to_) != 0 ||
            send(fd_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
            throw failure{HEDGEROW_REASON_NETWORK_ERROR};
        std::string all;
        char piece[16384];
        ssize_t got = 0;
        while ((got = recv(fd_, piece, sizeof piece, 0)) > 0) {
            all.append(piece, static_cast<std::size_t>(got));
            on_progress(all.size());
        }
        return body_of(all);
    }

private:
    static std::string body_of(const std::string &all) {
        const auto end = all.find("\r\n\r\n");
        if (end == std::string::npos || all.compare(0, 7, "HTTP/1.") != 0)
            throw failure{HEDGEROW_REASON_NETWORK_ERROR};
        if (all.compare(8, 4, " 200") != 0) throw failure{HEDGEROW_REASON_HTTP_STATUS};
        const auto field = all.find("Content-Length: ");
        const std::string body = all.substr(end + 4);
        if (field < end && body.size() < std::stoull(all.substr(field + 16)))
            throw failure{HEDGEROW_REASON_TRUNCATED};
        return body;
    }

    int fd_ = -1;
    sockaddr_in to_{};
};

/// What threads leave for the one that has the race.
class mailbox {
public:
    using event = std::function<void()>;

    void put(event what) {
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(what));
        news_.notify_one();
    }
    std::deque<event> take(hedgerow::time_point until) {
        std::unique_lock lock(mutex_);
        const auto some = [this] { return !events_.empty(); };
        if (until == hedgerow::never)
            news_.wait(lock, some);
        else
            news_.wait_until(lock, until, some);
        return std::exchange(events_, {});
    }

private:
    std::mutex mutex_;
    std::condition_variable news_;
    std::deque<event> events_;
};

template <class... Ts>
struct overloaded : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
overloaded(Ts...) -> overloaded<Ts...>;

class fetch {
public:
    fetch(std::string path, std::vector<std::string> addresses)
        : path_(std::move(path)), addresses_(std::move(addresses)), race_(candidates(addresses_), began_, settings()) {}
    fetch(const fetch &) = delete;
    fetch &operator=(const fetch &) = delete;
    ~fetch() {
        for (auto &attempt : attempts_) attempt.open->stop();
        for (auto &attempt : attempts_) attempt.thread.join();
    }

    /// The body; or none, and why.
    std::pair<std::optional<std::string>, std::string_view> run() {
        while (const auto until = drain()) {
            for (const auto &event : mail_.take(*until)) event();
        }
        if (!end_->winner) return {std::nullopt, end_->reason.name()};
        return {std::move(attempts_[*end_->winner].body), {}};
    }

private:
    struct attempt {
        hedgerow::endpoint_id endpoint;
        std::unique_ptr<connection> open;
        std::thread thread;
        std::string body;
    };

    static std::vector<hedgerow::candidate> candidates(const std::vector<std::string> &addresses) {
        std::vector<hedgerow::candidate> all;
        for (const auto &address : addresses)
            all.push_back({static_cast<hedgerow::endpoint_id>(&address - addresses.data())});
        return all;
    }

    static hedgerow_race_settings settings() {
        auto settings = hedgerow::race_settings();
        // A body that stops half-way has not won.
        settings.winning_phase = HEDGEROW_PHASE_COMPLETE;
        return settings;
    }

    std::optional<hedgerow::time_point> drain() {
        return race_.drain(hedgerow::now(), &budget_, overloaded{
            [&](const hedgerow::start &what) { start(what); },
            [&](const hedgerow::cancel &what) { attempts_[what.attempt].open->stop(); },
            [&](const hedgerow::commit &what) { race_.handle_commit(hedgerow::now(), what.attempt); },
            [&](const hedgerow::ended &what) { say("ended", what.attempt, what.reason); },
            [&](const hedgerow::observe &what) { budget_.observe(hedgerow::now(), what.observation); },
            [&](const hedgerow::done &what) { end_ = what; },
            [](const auto &) {},
        });
    }

    void start(const hedgerow::start &what) {
        const attempt_id id = what.attempt;
        auto open = std::make_unique<connection>(addresses_[what.endpoint]);
        connection &own = *open;
        attempts_.push_back({what.endpoint, std::move(open), {}, {}});
        say("start", id, what.reason);
        attempts_.back().thread = std::thread([this, &own, id] {
            try {
                auto body = own.get(path_, [&](std::size_t size) {
                    mail_.put([this, id, size] { race_.handle_progress(hedgerow::now(), id, size); });
                });
                mail_.put([this, id, body = std::move(body)]() mutable {
                    attempts_[id].body = std::move(body);
                    race_.handle_complete(hedgerow::now(), id);
                });
            } catch (const failure &why) {
                mail_.put([this, id, why] {
                    race_.handle_failure(hedgerow::now(), id, hedgerow::reason(why.reason));
                });
            }
        });
    }

    void say(const char *what, attempt_id id, hedgerow::reason why) const {
        std::cerr << what << ' ' << addresses_[attempts_[id].endpoint] << ": " << why.name() << '\n';
    }

    std::string path_;
    std::vector<std::string> addresses_;
    hedgerow::time_point began_ = hedgerow::now();
    hedgerow::race race_;
    hedgerow::budget budget_;
    // References into it stay valid while it grows.
    std::deque<attempt> attempts_;
    std::optional<hedgerow::done> end_;
    mailbox mail_;
};

}  // namespace

int main(int argc, char **argv) {
    if (argc < 3) {
        std::cerr << "usage: fetch PATH ADDRESS:PORT...\n";
        return 2;
    }
    try {
        const auto [body, why] = fetch(argv[1], {argv + 2, argv + argc}).run();
        if (!body) {
            std::cerr << "nothing: " << why << '\n';
            return 1;
        }
        std::cout << *body;
    } catch (const std::exception &error) {
        std::cerr << error.what() << '\n';
        return 2;
    }
}
