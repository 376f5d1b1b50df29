// Keys as answers show them: bundles, items of lists, what a deleted key has more. Pure functions.
#pragma once

#include "rest/exchange.hpp"
#include "rest/wire_word.hpp"

namespace kvp11::rest {

/// What every key of one answer is written with.
struct KeyScene {
    std::string_view base_url;
    ApiVersion version;
    RecoverySettings recovery;
};
Result<KeyScene> key_scene(const Exchange& exchange);

/// "https://host/keys/NAME/VERSION".
std::string kid_of(std::string_view base_url, const KeyId& id);

json::object key_bundle(const KeyScene& scene, const KeyRecord& record);
/// With the deletion's members. A key that was purged with its deletion, where nothing deleted is kept, has none.
json::object deleted_bundle(const KeyScene& scene, const KeyRecord& record);

enum class KidForm : std::uint8_t { Name, NameAndVersion };
json::object key_item(const KeyScene& scene, const KeyRecord& record, KidForm form);
json::object deleted_item(const KeyScene& scene, const KeyRecord& record);

/// The answer with this key's bundle.
Result<Reply> bundle_reply(const Exchange& exchange, const KeyRecordPtr& record);

/// {"value":[…],"nextLink":…} of a page; no nextLink on the last one. `item` makes a value of a record.
template <class Item>
json::object key_list(const Exchange& exchange, std::string_view resource, const KeyPage& page, Item item) {
    json::array items;
    for (const KeyRecordPtr& record : page.keys) {
        if (is_of_service(record->spec.type)) items.push_back(item(*record));
    }
    json::object list{{"value", std::move(items)}};
    json::value next = exchange.next_link(resource, page.next);
    if (!next.is_null()) list["nextLink"] = std::move(next);
    return list;
}

}  // namespace kvp11::rest
