#include "partition/tagged_meta.hpp"

#include "partition/core_process.hpp"

namespace kvp11::partition {

// Both are written in one batch but read one after the other: a value that is the same before and after the tag was
// read is the tag's.
Result<Bytes> read_tagged(Store& store, const ItemSeal& seal, const char* name, const char* tag_name) {
    Bytes value = TRY(store.meta(name));
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        if (value.empty()) return value;
        const Bytes tag = TRY(store.meta(tag_name));
        Bytes again = TRY(store.meta(name));
        if (again != value) {
            value = std::move(again);
            continue;
        }
        const Bytes wanted = TRY(seal.tag_of(name, value));
        if (same_tag(tag, wanted)) return value;
        return fail(Errc::StoreDamaged, std::string("the store is damaged: '") + name + "' was changed outside");
    }
    return fail(Errc::StoreBusy, std::string("others keep changing '") + name + "'");
}

}  // namespace kvp11::partition
