// A partition with any number of keys, made faster than a client could: one P-256 pair is sealed under many names,
// thousands in a batch.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

namespace kvp11::bench {

// Keys are called and labelled key-<number> and have that number in four bytes as their id; the user's PIN is kUserPin.
// Throws Failure.
void make_large_partition(const std::filesystem::path& folder, std::size_t keys, unsigned kdf_cost);

std::string name_of_key(std::size_t number);

}  // namespace kvp11::bench
