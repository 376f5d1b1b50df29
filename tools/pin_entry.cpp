#include "tools/pin_entry.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "tools/files.hpp"

namespace kvp11::tools {
namespace {

constexpr std::size_t longest_line = 1024;

/// The controlling terminal with echo off, put back as it was at the end.
class SilentTerminal {
public:
    SilentTerminal() : descriptor_(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)) {
        if (descriptor_ < 0 || tcgetattr(descriptor_, &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= static_cast<tcflag_t>(~ECHO);
        silent.c_lflag |= ECHONL;
        silenced_ = tcsetattr(descriptor_, TCSAFLUSH, &silent) == 0;
    }
    SilentTerminal(const SilentTerminal&) = delete;
    SilentTerminal& operator=(const SilentTerminal&) = delete;
    ~SilentTerminal() {
        if (silenced_) tcsetattr(descriptor_, TCSAFLUSH, &before_);
        if (descriptor_ >= 0) close(descriptor_);
    }

    /// Whether there is a terminal that keeps what is typed to itself.
    [[nodiscard]] bool ready() const { return silenced_; }

    [[nodiscard]] SecretBytes ask(std::string_view prompt) const {
        if (write(descriptor_, prompt.data(), prompt.size()) < 0) return {};
        SecretBytes line(longest_line);
        std::size_t size = 0;
        while (size < longest_line && read(descriptor_, line.expose_writable().data() + size, 1) == 1) {
            if (line.expose_bytes()[size] == '\n') break;
            ++size;
        }
        line.shrink(size);
        return line;
    }

private:
    int descriptor_;
    termios before_{};
    bool silenced_ = false;
};

SecretBytes first_line(SecretBytes text) {
    const ByteView all = text.expose_bytes();
    const auto end = std::find_if(all.begin(), all.end(), [](std::uint8_t c) { return c == '\n' || c == '\r'; });
    text.shrink(static_cast<std::size_t>(end - all.begin()));
    return text;
}

Result<SecretBytes> ask_terminal(const PinSource& source, Entry entry) {
    const SilentTerminal terminal;
    if (!terminal.ready()) {
        std::string where = "there is no terminal to ask for the " + source.prompt;
        if (!source.environment.empty()) where += ": give it in a file or in the variable " + source.environment;
        return fail(Errc::ArgumentsBad, where);
    }
    SecretBytes pin = terminal.ask(source.prompt + ": ");
    if (entry == Entry::Twice && !pin.equals(terminal.ask(source.prompt + ", again: "))) {
        return fail(Errc::PinInvalid, "the two entries of the " + source.prompt + " differ");
    }
    return pin;
}

}  // namespace

Result<SecretBytes> enter_pin(const PinSource& source, Entry entry) {
    SecretBytes pin;
    if (!source.file.empty()) {
        pin = first_line(TRY(read_secret(source.file)));
    } else if (const char* value = source.environment.empty() ? nullptr : std::getenv(source.environment.c_str())) {
        pin = SecretBytes::copy_of(bytes_of(value));
    } else {
        pin = TRY(ask_terminal(source, entry));
    }
    if (pin.empty()) return fail(Errc::PinInvalid, "the " + source.prompt + " is empty");
    return pin;
}

}  // namespace kvp11::tools
