// Pipeline: a call of the Managed HSM or Key Vault REST API, from what is wanted to what the service answered:
// request id, pace, token, member, transport, and again where that is safe.
//
// One Pipeline per slot, shared by its keys. Owns transport, token cache, pacer and what is known of the members.
// Every method may be called from any thread; no lock is held over I/O, waiting happens on the calling thread within
// the call's deadline, there are no threads here. After a fork the child goes on by itself.
//
// Errors of call(): the service's answer through the table of service_error.cpp (KeyNotFound, AccessDenied,
// KeyExists, …); DeviceError when no member gave an answer within the deadline; DeviceRemoved while the circuit
// breaker is open, at once; those of the credential. Each failed call is one line in the log with the service's code,
// message and request id, or with what happened to the connection.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "credential/token_cache.hpp"
#include "kvp11/result.hpp"
#include "transport/transport.hpp"

namespace kvp11::pipeline {

/// Whether a call may be made again when nobody knows if it was done.
enum class Repeat : std::uint8_t {
    Safe,  // reads; sign, decrypt, wrap …: done twice is as good as once
    Once   // create, import, delete …: only when it cannot have happened (not sent, 429, 503 with nothing done)
};

/// What a call costs the service's limits; a row of pacer's table (Azure's published weights).
enum class Weight : std::uint8_t { Free, Read, Rsa2048, Rsa3072, Rsa4096, Ec, Aes, CreateKey };

struct Call {
    std::string_view method = "GET";
    std::string_view path = {};   // "/keys/web/0123…/sign"; percent-encoded; the pipeline adds ?api-version=
    std::string_view query = {};  // further parameters, "maxresults=25"; or a whole nextLink query with $skiptoken
    std::string_view body = {};   // JSON; empty: none
    Repeat repeat = Repeat::Safe;
    Weight weight = Weight::Read;
};

struct RetrySettings {
    /// Of what time alone may not mend: 500, 504, a connection that ends, a certificate that is not trusted. What
    /// passes (429, 502, 503, a server that refuses connections because it starts anew) is waited out until the
    /// deadline.
    unsigned most_attempts = 5;
    std::chrono::milliseconds first_delay{200};  // doubled each time, with full jitter
    std::chrono::milliseconds longest_delay{8'000};
    std::chrono::milliseconds total{30'000};  // of a call with all its attempts and waits
};

enum class Pacing : std::uint8_t { None, Vault };

struct PipelineSettings {
    std::vector<std::string> members;  // URLs of one pool, the preferred first; at least one
    std::string api_version = "7.6";
    transport::TransportSettings transport;
    credential::CredentialSettings credential;
    bool credential_by_pin = false;  // no token until log_in(); UserNotLoggedIn before
    RetrySettings retry;
    std::optional<Pacing> pacing;  // none: by the host's name: vaults are paced, Managed HSMs are not
    std::string pace_file;         // shared by the processes of a host; empty: in $XDG_RUNTIME_DIR or /tmp, by user
    double pace_share = 1.0;       // of the published limits
};

/// How a member does, newest knowledge first hand.
struct MemberStatus {
    std::string url;
    bool healthy = true;
    std::chrono::microseconds latency{0};  // smoothed; 0: not known
    std::string last_trouble;              // empty: none
};

class Pipeline {
public:
    static Result<std::unique_ptr<Pipeline>> open(PipelineSettings settings);
    ~Pipeline();
    Pipeline(const Pipeline&) = delete;
    Pipeline& operator=(const Pipeline&) = delete;

    /// An answer of status 200 to 299. `deadline` is the earlier of the caller's and the settings' total.
    Result<transport::Answer> call(const Call& call);
    Result<transport::Answer> call(const Call& call, transport::Clock::time_point deadline);
    /// Calls that are Repeat::Safe, several at once; some tens are a good number. The results are in their order, each
    /// as call() would have it. When call() fails for a reason that is no call's own (no answer, no token), the calls
    /// that had no answer by then share its error.
    std::vector<Result<transport::Answer>> call_many(std::span<const Call> calls);

    /// For credential_by_pin: takes the PIN's identity when the issuer does. PinIncorrect. Without it:
    /// nothing happens, whatever the PIN.
    Result<void> log_in(const SecretBytes& pin);
    void log_out();
    [[nodiscard]] bool logged_in() const noexcept;

    /// "contoso.managedhsm.azure.net": of the first member, without port; names the pool in logs, caches and serials.
    [[nodiscard]] const std::string& host() const noexcept;
    /// By the host's name: a Key Vault, not a Managed HSM.
    [[nodiscard]] bool is_vault() const noexcept;
    [[nodiscard]] std::vector<MemberStatus> members() const;
    [[nodiscard]] transport::Transport& transport() noexcept;
    /// Of the identity of now: until the next log_in() or log_out().
    [[nodiscard]] credential::TokenCache& tokens() noexcept;

private:
    struct State;
    explicit Pipeline(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace kvp11::pipeline
