// The service's own settings.
#include <algorithm>
#include <array>

#include "rest/metered.hpp"

namespace kvp11::rest {
namespace {

using partition::Operation;
using partition::Setting;

json::value wire_of(const Setting& setting) {
    return {{"name", setting.name}, {"type", setting.type}, {"value", setting.value}};
}

// The code is ours: what the service calls this is not known.
Reply no_setting(const std::string& name) {
    return refusal(404, "SettingNotFound", "There is no setting '" + name + "'");
}

Result<Reply> list_settings(Exchange& exchange) {
    const std::vector<Setting> all = TRY(exchange.partition->settings());
    json::array settings;
    for (const Setting& setting : all) settings.push_back(wire_of(setting));
    return json_reply({{"settings", std::move(settings)}});
}

Result<Reply> get_setting(Exchange& exchange) {
    const std::vector<Setting> all = TRY(exchange.partition->settings());
    const auto found = std::find_if(all.begin(), all.end(), [&](const Setting& setting) {
        return equal_folded(setting.name, exchange.path().name);
    });
    return found == all.end() ? no_setting(exchange.path().name) : json_reply(wire_of(*found));
}

Result<Reply> update_setting(Exchange& exchange) {
    const std::string value(TRY(text_member(exchange.members(), "value")));
    const Result<Setting> updated = exchange.partition->update_setting(exchange.path().name, value);
    if (updated.ok()) return json_reply(wire_of(*updated));
    if (updated.code() == Errc::KeyNotFound) return no_setting(exchange.path().name);
    return fail(updated.error());
}

constexpr auto rows = std::to_array<Route>({
    {Method::Get, "/settings", Operation::SettingsGet, metered<list_settings>},
    {Method::Get, "/settings/{name}", Operation::SettingsGet, metered<get_setting>},
    {Method::Patch, "/settings/{name}", Operation::SettingsUpdate, metered<update_setting>, BodyUse::Json,
     Place::Worker},
});

}  // namespace

std::span<const Route> settings_routes() noexcept { return rows; }

}  // namespace kvp11::rest
