#include "tools/key_output.hpp"

#include <ostream>

#include "host/clock.hpp"
#include "tools/options.hpp"

namespace kvp11::tools {
namespace {

constexpr std::size_t page_size = 500;

Result<Showing> showing_of(const KeyLifeCycle& keys) {
    return Showing{TRY(keys.recovery_settings()), host::system_clock()->now()};
}

}  // namespace

Result<std::vector<KeyRecordPtr>> all_pages(const std::function<Result<KeyPage>(const PageRequest&)>& list) {
    std::vector<KeyRecordPtr> all;
    PageRequest request{.after = {}, .limit = page_size};
    for (;;) {
        KeyPage page = TRY(list(request));
        all.insert(all.end(), page.keys.begin(), page.keys.end());
        if (page.next.empty()) return all;
        request.after = std::move(page.next);
    }
}

void KeyOutput::declare(Options& options) { options.flag("--json", as_json_, "As one line of JSON"); }

Result<void> KeyOutput::one(std::ostream& out, const KeyLifeCycle& keys, const KeyRecord& key) const {
    const Showing showing = TRY(showing_of(keys));
    out << (as_json_ ? key_json(key, showing) : key_table(key, showing));
    return {};
}

Result<void> KeyOutput::list(std::ostream& out, const KeyLifeCycle& keys, const std::vector<KeyRecordPtr>& found,
                             const Table& table) const {
    const Showing showing = TRY(showing_of(keys));
    out << (as_json_ ? list_json(found, showing) : table(found, showing));
    return {};
}

}  // namespace kvp11::tools
