#include "credential/managed_identity.hpp"

#include <algorithm>

#include "credential/arc_key.hpp"
#include "credential/issuer_call.hpp"
#include "credential/token_answer.hpp"

namespace kvp11::credential {
namespace {

using transport::Answer;

constexpr std::chrono::seconds probe_time{1};

Result<Answer> answer_of(const Surroundings& surroundings, const IdentitySource& source,
                         const IdentityQuestion& question, transport::Clock::time_point deadline) {
    const Question asked{.endpoint = question.endpoint,
                         .method = source.by_form ? "POST" : "GET",
                         .target = question.target,
                         .head_lines = question.head_lines.expose_text(),
                         .body = question.body};
    Result<Answer> answer = ask(surroundings, asked, machine_patience, deadline);
    if (!answer || !source.key_file || answer->status() != 401) return answer;
    const WipedText with_key = TRY(arc_head_lines(*answer, surroundings.arc_key_folder, asked.head_lines));
    Question again = asked;
    again.head_lines = with_key.expose_text();
    return ask(surroundings, again, machine_patience, deadline);
}

/// A gateway that stands in for IMDS where there is none, and says so.
bool is_unreachable(const Answer& answer) {
    return answer.status() == 403 && answer.expose_body().find("unreachable") != std::string_view::npos;
}

Failure refusal_of(const Answer& answer, const IdentitySource& source, const std::string& chosen) {
    const IssuerRefusal refusal = refusal_in(answer.expose_body());
    const std::string who = chosen.empty() ? "the system-assigned identity" : "the identity with " + chosen;
    std::string sentence = std::string(source.name) + " gives no token of " + who + ": " + sentence_of(refusal) +
                           " (HTTP " + std::to_string(answer.status()) + ")";
    if (answer.status() == 400) {
        sentence += "; assign the identity to this machine, or look at client_id and AZURE_CLIENT_ID";
        return fail(absent, std::move(sentence));
    }
    return fail(is_unreachable(answer) ? absent : Errc::UserNotLoggedIn, std::move(sentence));
}

}  // namespace

Result<void> ManagedIdentityCredential::probe(transport::Clock::time_point deadline) const {
    const std::string no_imds = "no IMDS here: ";
    const IdentitySource& source = identity_source(*surroundings_);
    if (!source.can_probe) return {};
    const IdentityQuestion question = TRY(identity_question(*surroundings_, source, ""));
    // Without "Metadata: true", so that it is no request for a token; any answer will do.
    const std::string_view target = question.target;
    const transport::Request request{
        .target = target.substr(0, target.find('?')), .head_lines = "User-Agent: kvp11\r\n", .body = {}};
    const auto outcome = surroundings_->transport->exchange(question.endpoint, request,
                                                            std::min(deadline, transport::Clock::now() + probe_time));
    if (const auto* trouble = std::get_if<transport::Trouble>(&outcome)) {
        return fail(absent, no_imds + trouble->message);
    }
    if (is_unreachable(std::get<Answer>(outcome)))
        return fail(absent, no_imds + "a gateway says that it is unreachable");
    return {};
}

Result<Token> ManagedIdentityCredential::acquire(const TokenRequest& request, transport::Clock::time_point deadline) {
    const IdentitySource& source = identity_source(*surroundings_);
    const IdentityQuestion question = TRY(identity_question(*surroundings_, source, request.resource));
    const Answer answer = TRY(answer_of(*surroundings_, source, question, deadline));
    if (answer.status() != 200) return refusal_of(answer, source, question.chosen);
    Result<Token> token = token_in(answer.expose_body(), surroundings_->clock->now());
    if (!token) return fail(Errc::DeviceError, std::string(source.name) + " " + token.error().message);
    token->source = name() + " (" + std::string(source.name) + ")";
    return token;
}

}  // namespace kvp11::credential
