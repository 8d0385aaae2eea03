#include "explorer/source_lines.hpp"

#include <dwarf.h>
#include <elfutils/libdw.h>
#include <gelf.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

namespace ipclab::explorer {

namespace {

std::string_view name_in(const char* path) {
    const std::string_view whole = path == nullptr ? "" : path;
    return whole.substr(whole.rfind('/') + 1);
}

/// @return where the first segment of the program's file is to be loaded: 0 of one that may lie
///         anywhere.
std::uint64_t first_address(Elf* elf) {
    std::uint64_t first = UINT64_MAX;
    std::size_t count = 0;
    if (elf == nullptr || elf_getphdrnum(elf, &count) != 0) {
        return 0;
    }
    for (std::size_t index = 0; index < count; ++index) {
        GElf_Phdr header;
        if (gelf_getphdr(elf, static_cast<int>(index), &header) != nullptr &&
            header.p_type == PT_LOAD) {
            first = std::min(first, header.p_vaddr);
        }
    }
    return first == UINT64_MAX ? 0 : first;
}

/// The scopes around an address, the innermost first: of a function that is inlined those around
/// its call.
class Scopes {
public:
    Scopes(Dwarf_Die& unit, Dwarf_Addr address) {
        // Of this the scopes behind the first are those around where the function stands in the
        // text.
        Dwarf_Die* innermost = nullptr;
        if (dwarf_getscopes(&unit, address, &innermost) > 0) {
            count_ = std::max(dwarf_getscopes_die(innermost, &scopes_), 0);
        }
        std::free(innermost);  // NOLINT(cppcoreguidelines-no-malloc): libdw allocates so
    }
    Scopes(const Scopes&) = delete;
    Scopes& operator=(const Scopes&) = delete;
    ~Scopes() { std::free(scopes_); }  // NOLINT(cppcoreguidelines-no-malloc): libdw allocates so

    [[nodiscard]] Dwarf_Die* begin() const { return scopes_; }
    [[nodiscard]] Dwarf_Die* end() const { return scopes_ + count_; }

private:
    Dwarf_Die* scopes_ = nullptr;
    int count_ = 0;
};

/// @return the line on which a function was called that is inlined there, where it is in a file.
std::optional<int> line_of_call(Dwarf_Die& unit, Dwarf_Die& inlined, std::string_view source) {
    Dwarf_Attribute attribute;
    Dwarf_Word file = 0;
    Dwarf_Word line = 0;
    Dwarf_Files* files = nullptr;
    const bool known =
        dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_file, &attribute), &file) == 0 &&
        dwarf_formudata(dwarf_attr(&inlined, DW_AT_call_line, &attribute), &line) == 0 &&
        dwarf_getsrcfiles(&unit, &files, nullptr) == 0;
    return known && name_in(dwarf_filesrc(files, file, nullptr, nullptr)) == source
               ? std::optional(static_cast<int>(line))
               : std::nullopt;
}

std::optional<int> line_at(Dwarf_Die& unit, Dwarf_Addr address, std::string_view source) {
    Dwarf_Line* found = dwarf_getsrc_die(&unit, address);
    int line = 0;
    if (found != nullptr && name_in(dwarf_linesrc(found, nullptr, nullptr)) == source &&
        dwarf_lineno(found, &line) == 0) {
        return line;
    }
    for (Dwarf_Die& scope : Scopes(unit, address)) {
        if (dwarf_tag(&scope) == DW_TAG_inlined_subroutine) {
            if (const auto called = line_of_call(unit, scope, source)) {
                return called;
            }
        }
    }
    return std::nullopt;
}

}  // namespace

struct SourceLines::Dwarf {
    explicit Dwarf(int program) : handle(dwarf_begin(program, DWARF_C_READ)) {
        base = handle == nullptr ? 0 : first_address(dwarf_getelf(handle));
    }
    Dwarf(const Dwarf&) = delete;
    Dwarf& operator=(const Dwarf&) = delete;
    ~Dwarf() { dwarf_end(handle); }

    ::Dwarf* handle;  ///< null where there is none
    std::uint64_t base;
};

SourceLines::SourceLines(int program, std::string source)
    : dwarf_(std::make_unique<Dwarf>(program)), source_(std::move(source)) {}

SourceLines::~SourceLines() = default;

std::optional<int> SourceLines::line_of(const recorder::Places& places) const {
    for (const auto place : places) {
        const Dwarf_Addr address = place + dwarf_->base;
        Dwarf_Die unit;
        if (dwarf_->handle == nullptr || dwarf_addrdie(dwarf_->handle, address, &unit) == nullptr) {
            continue;
        }
        if (const auto line = line_at(unit, address, source_)) {
            return line;
        }
    }
    return std::nullopt;
}

}  // namespace ipclab::explorer
