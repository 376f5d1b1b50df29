#include "server/serve.hpp"

#include <unistd.h>

#include <ostream>

#include "server/files.hpp"
#include "server/main_loop.hpp"
#include "server/prepared.hpp"
#include "server/process_protection.hpp"

namespace kvp11::server {
namespace {

Result<Log> log_of(const ServeOptions& options) {
    const std::string level = !options.log_level.empty() ? options.log_level : options.dev ? "debug" : "info";
    return Log(TRY(log_format_named(options.log_format)), TRY(severity_named(level)));
}

/// The lines of `out` for scripts, the last of which says that it listens.
std::string ready_text(const Program& program, const Prepared& prepared) {
    std::string text;
    for (const std::string& place : program.places()) text += place + "\n";
    if (prepared.dev) text += "environment " + prepared.dev_place->env_file() + "\n";
    return text + "ready " + prepared.url + "\n";
}

/// A second signal ends the process at once: what it acknowledged is on disk.
void let_signals_kill(const sigset_t& signals) { pthread_sigmask(SIG_UNBLOCK, &signals, nullptr); }

Result<void> run(Program& program, const ServeOptions& options, const ServiceManager& manager, const Log& log,
                 const sigset_t& signals) {
    std::optional<AdminSocket> admin;
    if (!options.admin_socket.empty()) {
        admin.emplace(TRY(AdminSocket::open(options.admin_socket,
                                            [&program](std::string_view line) { return program.answer_admin(line); })));
    }
    MainLoop loop = TRY(MainLoop::make(program, admin ? &*admin : nullptr, manager, log, signals));
    manager.ready(program.status());
    log.info("ready", {{"partition", std::string_view(program.status())}});
    const int signal = loop.run();
    log.info("stopping", {{"signal", static_cast<std::int64_t>(signal)}});
    manager.stopping();
    let_signals_kill(signals);
    program.stop(std::chrono::seconds(options.limits.grace_seconds));
    log.info("stopped");
    return {};
}

}  // namespace

Result<void> serve(const ServeOptions& options, std::ostream& out) {
    const Log log = TRY(log_of(options));
    const std::string unprotected = protect_process();
    const sigset_t signals = block_signals();
    const ServiceManager manager = ServiceManager::take_from_environment();
    auto sockets = TRY(take_inherited_sockets());
    Prepared prepared = TRY(prepare(options, std::move(sockets)));
    if (!unprotected.empty()) log.info("not protected", {{"reason", std::string_view(unprotected)}});
    const auto program = TRY(Program::start(std::move(prepared.program), log));
    if (prepared.url.empty()) prepared.url = "https://127.0.0.1:" + std::to_string(program->port());
    const std::string ready = ready_text(*program, prepared);
    if (prepared.dev) out << welcome_text(*prepared.dev_place, prepared.dev->identities());
    out << ready << std::flush;
    if (!options.ready_file.empty()) TRY(replace_file(options.ready_file, ready));
    const Result<void> done = run(*program, options, manager, log, signals);
    if (!options.ready_file.empty()) unlink(options.ready_file.c_str());
    return done;
}

}  // namespace kvp11::server
